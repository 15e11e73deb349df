/** Replaces yoga-layout in the bundle; see patches/yoga-layout.js. */
import { loadYoga } from 'yoga-layout/load';

const yoga = {};
export const loaded = loadYoga().then(it => Object.assign(yoga, it));
export default yoga;

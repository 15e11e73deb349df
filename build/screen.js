/** The screen's bundle: app.tsx, once Ink's layout code is there. */
import { runScreen as run } from '../source/screen/app.tsx';
import { loaded } from './yoga.js';

export async function runScreen(...given) {
  await loaded;
  return run(...given);
}

/** yoga-layout, Ink's layout code.
 *
 * What: an object that yoga.js fills before the screen starts. Why: the package awaits its
 * WebAssembly at top level, which only an ES module may do, and the bundle is a script.
 *
 * Upstream: the package has `yoga-layout/load` for this; Ink could use it, which can be offered
 * to vadimdemedes/ink. */
import { fileURLToPath } from 'node:url';

/** @type {import('esbuild').Plugin} */
export const yogaLayout = {
  name: 'yoga that waits',
  setup({ onResolve }) {
    const path = fileURLToPath(new URL('../yoga.js', import.meta.url));
    onResolve({ filter: /^yoga-layout$/ }, () => ({ path }));
  },
};

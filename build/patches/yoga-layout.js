/** yoga-layout, Ink's layout code.
 *
 * What: ../layout.js, which does the part of it that the screen needs. Why: Yoga is WebAssembly, of which compiling and
 * the first calls take as long as a whole poll, and memory that is never given back; and the package awaits it at top
 * level, which only an ES module may do, while the bundle is a script.
 *
 * Upstream: nothing to offer; other programs need all of Yoga. */
import { fileURLToPath } from 'node:url';

/** @type {import('esbuild').Plugin} */
export const yogaLayout = {
  name: 'layout of the screen',
  setup({ onResolve }) {
    const path = fileURLToPath(new URL('../layout.js', import.meta.url));
    onResolve({ filter: /^yoga-layout$/ }, () => ({ path }));
  },
};

/** meow, which parses the command line.
 *
 * What: its package.json reader is removed, and its remaining dependencies can be tree-shaken. Why:
 * the reader takes as long to load as all the rest, and vigil passes its own `pkg`.
 *
 * Upstream: a lazy reader can be offered to sindresorhus/meow. */
import { readFileSync } from 'node:fs';

export const meow = {
  name: 'meow without package reader',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/dependencies\.js$/ }, ({ importer }) =>
      importer.endsWith('meow/build/options.js')
        ? { path: 'no-package-reader', namespace: 'shim' }
        : undefined,
    );
    onLoad({ filter: /^no-package-reader$/, namespace: 'shim' }, () => ({
      contents: 'export const a = () => undefined; export const n = () => {};',
    }));
    onLoad({ filter: /meow\/build\/dependencies\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /^(var|const) (\w+) = (require\w+\(\)|getDefaultExportFromCjs\(\w+\));$/gm,
        '$1 $2 = /* @__PURE__ */ $3;',
      ),
    }));
  },
};

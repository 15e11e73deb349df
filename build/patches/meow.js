/** meow, which reads the command line.
 *
 * What: its reader of package.json files is left out, and what remains of its dependencies may be dropped where it is not
 * used. Why: the reader takes as long to start as all the rest, and vigil gives its own `pkg`.
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

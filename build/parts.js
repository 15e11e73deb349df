/** The parts that the program is shipped in. `program.js` starts every command and has all that `vigil list` needs; what
 * is imported by `await import()` is in the other parts. A source file is in one part alone, since some remember what
 * they have seen: the other parts take what they share with program.js from there. */
import { readFileSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Marks what a plugin itself asks esbuild to resolve. */
const resolved = 'resolved';
const isOurs = path => path.startsWith('source/');

/** What is a part of its own, so that no other command loads it. */
const ownParts = [
  [/\/wiring\/live-screen\.ts$/, './screen.js'],
  [/\/metrics\/export\.ts$/, './metrics.js'],
];

/** @typedef {Map<string, readonly string[]>} Shared source files, and what they export */

/** @param common esbuild's options. @param {string} entry
 * @returns {Promise<string[]>} the source files of which something is in the bundle. */
export async function sourcesOf(common, entry) {
  const { metafile } = await build({
    ...common,
    entryPoints: [entry],
    write: false,
    outfile: 'out.js',
    plugins: [...common.plugins, lateImports(new Set())],
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  return Object.keys(inputs).filter(path => isOurs(path) && inputs[path].bytesInOutput > 0);
}

/** @param {readonly string[]} paths @returns {Promise<Shared>} */
export async function exportsOf(paths) {
  const { metafile } = await build({
    entryPoints: paths.map(path => `${root}${path}`),
    outdir: 'out',
    outbase: root,
    write: false,
    metafile: true,
    format: 'esm',
    logLevel: 'silent',
  });
  return new Map(
    Object.values(metafile.outputs).flatMap(({ entryPoint, exports }) =>
      entryPoint === undefined ? [] : [[entryPoint, exports]],
    ),
  );
}

/** Imports at run time lead to the other parts.
 * @param {Set<string>} late gets what is imported so: absolute paths, and names of packages. */
export function lateImports(late) {
  return {
    name: 'imports at run time',
    setup(it) {
      it.onResolve({ filter: /./ }, async ({ path, kind, pluginData, ...from }) => {
        if (kind !== 'dynamic-import' || pluginData === resolved) return undefined;
        if (/^(node:|@koromix\/)/.test(path)) return { path, external: true };
        const [, own] = ownParts.find(([filter]) => filter.test(path)) ?? [];
        if (own !== undefined) return { path: own, external: true };
        const found = path.startsWith('.')
          ? (await it.resolve(path, { kind, ...from, pluginData: resolved })).path
          : path;
        late.add(found);
        return { path: keyOf(found), namespace: 'late' };
      });
      it.onResolve({ filter: /^\.\/rest\.js$/, namespace: 'late' }, ({ path }) => ({
        path,
        external: true,
      }));
      it.onLoad({ filter: /./, namespace: 'late' }, ({ path }) => ({
        // esbuild would give the whole module as the default of one that has nothing else.
        contents: `const late = require('./rest.js')[${JSON.stringify(path)}];
          module.exports = late.__esModule && Object.keys(late).join() === 'default' ? late.default : late;`,
      }));
    },
  };
}

const keyOf = path => (isAbsolute(path) ? relative(root, path) : path);

/** @param {Set<string>} late @returns {string} the entry of the part with what is imported at run time. */
export function lateEntry(late) {
  const getters = [...late]
    .sort()
    .map(
      path => `get ${JSON.stringify(keyOf(path))}() { return require(${JSON.stringify(path)}); }`,
    );
  return `module.exports = { ${getters.join(',\n')} };`;
}

/** Imports of what is in program.js lead there. @param {Shared} inProgram @param {Shared} used gets what is. */
export function sharedImports(inProgram, used) {
  return {
    name: 'imports from program.js',
    setup(it) {
      it.onResolve({ filter: /^\./ }, async ({ path, pluginData, ...from }) => {
        const isLate = from.kind === 'dynamic-import';
        if (isLate || pluginData === resolved || from.namespace === 'shared') return undefined;
        const found = await it.resolve(path, { ...from, pluginData: resolved });
        const key = keyOf(found.path);
        const names = found.namespace === 'file' ? inProgram.get(key) : undefined;
        if (names === undefined) return undefined;
        used.set(key, names);
        return { path: key, namespace: 'shared', sideEffects: false };
      });
      it.onResolve({ filter: /^\.\/program\.js$/, namespace: 'shared' }, ({ path }) => ({
        path,
        external: true,
      }));
      it.onLoad({ filter: /./, namespace: 'shared' }, ({ path }) => ({
        contents: `const from = require('./program.js').shared(${JSON.stringify(path)});
          ${inProgram
            .get(path)
            .map(name => `export const ${name} = /* @__PURE__ */ (() => from.${name})();`)
            .join('\n')}`,
      }));
    },
  };
}

/** @param {Shared} used @returns {string} the entry of program.js. */
export function programEntry(entry, used) {
  const files = [...used].sort(([a], [b]) => (a < b ? -1 : 1));
  const imports = files.map(
    ([path, names], file) =>
      `import { ${names.map(name => `${name} as ${name}_${file}`).join(', ')} } from './${path}';`,
  );
  const cases = files.map(
    ([path, names], file) =>
      `case ${JSON.stringify(path)}: return { ${names.map(name => `${name}: ${name}_${file}`).join(', ')} };`,
  );
  return `import './${entry}';
    ${imports.join('\n')}
    export function shared(path) { switch (path) { ${cases.join('\n')} } }`;
}

/** @param {readonly object[]} bundles metafiles. @throws if a source file that keeps something between calls is in two
 * of them: each would remember only a part. Caches by object (WeakMap) only lose time. */
export function checkApart(bundles) {
  const seen = new Map();
  for (const { outputs } of bundles)
    for (const [output, { inputs }] of Object.entries(outputs))
      for (const [path, { bytesInOutput }] of Object.entries(inputs))
        if (isOurs(path) && bytesInOutput > 0) seen.set(path, new Set(seen.get(path)).add(output));
  const remembers =
    /^(?:export )?(?:let \w|(?:const|class) .*(?:new (?:Map|Set)\b(?!.*\[)|extends Error))/m;
  const wrong = [...seen].filter(
    ([path, outputs]) => outputs.size > 1 && remembers.test(readFileSync(`${root}${path}`, 'utf8')),
  );
  if (wrong.length > 0) throw new Error(`in two parts: ${wrong.map(([path]) => path).join(', ')}`);
}

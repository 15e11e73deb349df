/** Modules of Node that take milliseconds to load, and that a start can do without, are loaded when one of their
 * functions is called. Measured in docs/performance.md. */

/** The functions that our sources import. The build fails where one is missing here. */
const functions = {
  'node:child_process': ['execFile', 'spawn', 'spawnSync'],
  'node:crypto': ['createHash', 'randomBytes', 'randomUUID'],
  'node:fs/promises': ['mkdir', 'readdir', 'rename', 'rm', 'stat'],
  'node:net': ['createConnection', 'isIP'],
  'node:tty': ['isatty'],
};

/** @type {import('esbuild').Plugin} */
export const lateBuiltins = {
  name: 'late modules of Node',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind, importer }) => {
      const isOurs = kind === 'import-statement' && !importer.includes('/node_modules/');
      return isOurs && path in functions ? { path, namespace: 'late builtin' } : undefined;
    });
    onLoad({ filter: /./, namespace: 'late builtin' }, ({ path }) => ({
      contents: functions[path]
        .map(
          name =>
            `export const ${name} = (...words) => process.getBuiltinModule('${path}').${name}(...words);`,
        )
        .join('\n'),
    }));
  },
};

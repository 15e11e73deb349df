/** No patch changes what is drawn or parsed: the patched and the original package, side by side. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error: a script of the build, without types
import * as bundle from '../build/patches/index.js';
import type { Frame } from './programs/frames.ts';

type Program = {
  readonly draw: (frames: readonly Frame[]) => unknown[];
  readonly parse: (argv: readonly string[]) => unknown;
};

const patches: Readonly<Record<string, Plugin>> = bundle.patches;
const root = join(import.meta.dirname, '..');

/** @param names the patched packages. */
async function bundled(names: readonly string[]): Promise<Program> {
  const outfile = join(
    root,
    `node_modules/.cache/frames-${names.join('-').replace(/\W/g, '-')}.mjs`,
  );
  await build({
    stdin: { contents: "export * from './test/programs/frames.ts';", resolveDir: root },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    plugins: names.map(name => patches[name]).filter(patch => patch !== undefined),
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    alias: {
      // Not installed, and only loaded if DEV is set.
      'react-devtools-core': join(root, 'build/not-in-ci.js'),
      'is-in-ci': join(root, 'build/not-in-ci.js'),
      'string-width': join(root, 'node_modules/string-width/index.js'),
    },
    banner: {
      js: "import { createRequire as requireAt } from 'node:module'; const require = requireAt(import.meta.url);",
    },
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}

const pieces = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    'code_auditor',
    ' ',
    '●',
    '▁▃█',
    '◆',
    '–',
    '…',
    '└',
    '仕事',
    'é',
    'e\u0301',
    '\u200b',
    '1\ufe0f\u20e3',
  ),
  fc.constantFrom('👍🏽', '👩‍👩‍👧', '🇩🇪', '❤', '❤\ufe0f', '©', '#', '⌚', '\ud83d', '\u20e3'),
  fc.constantFrom(
    '\u001b[31m',
    '\u001b[1;4m',
    '\u001b[39m',
    '\u001b[0m',
    '\u001b[38;5;9m',
    '\u001b[7m',
    '\u001b[22m',
    '\u001b[2m',
    '\u001b[1m',
    '\u001b[999m',
  ),
  // What Ink removes from a text, or leaves in it.
  fc.constantFrom(
    '\u001b[2J',
    '\u001b[4;1H',
    '\u001b[?25l',
    '\u001b[1 m',
    '\u001b[4:3m',
    '\u001b[m',
    '\u001b]8;;x\u0007',
    '\u009b31m',
    '\u0090q\u009c',
    '\u001bc',
    '\u001b',
    '\u001b[3',
  ),
  fc.constantFrom('▁▂█', '■□', '◆◇', '○●', '►▲▼', '│─', '→', 'of text'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const text = fc
  .array(pieces, { maxLength: 12 })
  .map(parts => parts.join('').replace(/[\r\n]/g, ''));
/** Frames that share most of their lines, like a screen's. */
const frames: fc.Arbitrary<readonly Frame[]> = fc
  .array(text, { minLength: 1, maxLength: 6 })
  .chain(lines =>
    fc.array(
      fc.record({
        lines: fc.array(fc.constantFrom(...lines), { maxLength: 6 }),
        width: fc.integer({ min: 1, max: 40 }),
        beside: fc.option(
          fc.record({
            lines: fc.array(fc.constantFrom(...lines), { maxLength: 6 }),
            width: fc.integer({ min: 1, max: 40 }),
          }),
          { nil: undefined },
        ),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  );
const words = fc.array(
  fc.oneof(
    fc.constantFrom(
      'list',
      '--json',
      '--no-json',
      '-d',
      '2',
      '-L',
      'a',
      '--tmux-socket=b',
      '--',
      '-x',
    ),
    fc.string({ maxLength: 5 }),
  ),
);

let plain: Program;
beforeAll(async () => {
  plain = await bundled([]);
});

for (const names of [...Object.keys(patches).map(name => [name]), Object.keys(patches)])
  describe(names.join(', '), () => {
    let patched: Program;
    beforeAll(async () => {
      patched = await bundled(names);
    });

    it('draws the same frames', () => {
      fc.assert(
        fc.property(frames, given => {
          expect(patched.draw(given)).toEqual(plain.draw(given));
        }),
        { numRuns: 10 },
      );
    });

    if (names.includes('meow'))
      it('reads the same command lines', () => {
        fc.assert(
          fc.property(words, given => {
            expect(patched.parse(given)).toEqual(plain.parse(given));
          }),
        );
      });
  });

it('what is kept of texts does not grow with the number of them', async () => {
  const patched = await bundled(Object.keys(patches));
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let drawn = 0;
  /** Bytes in use after so many frames of ten lines that were never drawn before. */
  const heapAfter = (count: number) => {
    const line = () => `line ${drawn++} `.padEnd(200, 'of text ');
    const frame = () => ({ lines: Array.from({ length: 10 }, line), width: 100 });
    patched.draw(Array.from({ length: count }, frame));
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = heapAfter(150);
  expect(heapAfter(500) - before).toBeLessThan(2_500_000);
});

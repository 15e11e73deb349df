/** The demo cannot touch anything real: it has nothing to do it with. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const demo = new URL('../../source/demo/', import.meta.url);
const files = (readdirSync(fileURLToPath(demo), { recursive: true }) as string[]).filter(path =>
  path.endsWith('.ts'),
);
const textOf = (path: string) => readFileSync(new URL(path, demo), 'utf8');
const clock = '../host/run/system-clock.ts';

/** What a file imports, whichever way. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*'([^']+)'/g)].map(
    match => match[1] ?? '',
  );
}

/** Only core, which has no Node at all, the demo's own files, and the clock. */
const isHarmless = (name: string) =>
  /^\.\/[\w-]+\.ts$/.test(name) || /^\.\.\/core\//.test(name) || name === clock;
/** Ways to the world that need no import. */
const reaches =
  /\bprocess\.(kill|abort|exit|binding|dlopen|chdir|setuid|umask|getBuiltinModule)\b|\bglobalThis\b|\beval\(|\bfetch\b|\bimport\(/;

describe('the demo', () => {
  it('is found', () => expect(files.length).toBeGreaterThan(10));

  it('imports nothing that could signal, start or write', () => {
    const wrong = files.flatMap(path =>
      importsOf(textOf(path))
        .filter(name => !isHarmless(name))
        .map(name => `${path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
    expect(importsOf(textOf(clock))).toEqual(['../../core/ports/clock.ts']);
  });

  it('reaches for nothing without an import either', () => {
    expect([...files, clock].filter(path => reaches.test(textOf(path)))).toEqual([]);
  });
});

describe('the checks themselves', () => {
  it('see imports and reaches', () => {
    expect(importsOf("import { kill } from 'node:process';")).toEqual(['node:process']);
    expect(importsOf("await import('node:fs')")).toEqual(['node:fs']);
    expect(isHarmless('node:child_process')).toBe(false);
    expect(isHarmless('../process-control.ts')).toBe(false);
    expect(reaches.test('process.kill(pid, 9)')).toBe(true);
  });
});

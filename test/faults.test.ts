/** docs/faults.md has each fault by its number, with a test that exists. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const page = join(import.meta.dirname, '..', 'docs', 'faults.md');
const text = readFileSync(page, 'utf8');
const faults = 77;

type Row = { readonly number: number; readonly tests: string };
const rows = text.split('\n').flatMap((line): Row[] => {
  const [, number, tests = ''] = /^\| (\d+) \| [^|]+ \| [^|]+ \| ([^|]+) \|$/.exec(line) ?? [];
  return number === undefined ? [] : [{ number: Number(number), tests }];
});
/** Each test file in a cell, with the parts of titles behind it. */
const testsIn = (cell: string) =>
  [...cell.matchAll(/\[[^\]]+\]\(([^)]+)\)(?:: (“[^[]*”))?/g)].map(
    ([, link = '', titles = '']) => ({
      path: join(dirname(page), link),
      titles: [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title),
    }),
  );

it('every fault has a row, in this order', () => {
  expect(rows.map(row => row.number)).toEqual(Array.from({ length: faults }, (_, at) => at + 1));
});

it('each link leads to a file', () => {
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(faults);
  expect(links.filter(link => !existsSync(join(dirname(page), link)))).toEqual([]);
});

it('each row names test files, and titles that are in them', () => {
  const wrong = rows.flatMap(({ number, tests }) => {
    const named = testsIn(tests);
    if (named.length === 0) return [`${number}: no test`];
    return named.flatMap(({ path, titles }) => {
      if (!/\/test\/.*\.test\.tsx?$/.test(path)) return [`${number}: ${path} is no test`];
      const source = existsSync(path) ? readFileSync(path, 'utf8') : '';
      if (titles.length === 0) return [`${number}: no title in ${path}`];
      return titles.filter(title => !source.includes(title)).map(title => `${number}: ${title}`);
    });
  });
  expect(wrong).toEqual([]);
});

/** docs/faults.md names a test for each fault. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const page = join(import.meta.dirname, '..', 'docs', 'faults.md');
const text = readFileSync(page, 'utf8');

it('each link leads to a file', () => {
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(30);
  expect(links.filter(link => !existsSync(join(dirname(page), link)))).toEqual([]);
});

it('each fault has a test', () => {
  const rows = text
    .split('\n')
    .filter(line => line.startsWith('| ') && !/^\| (fault|---) /.test(line));
  expect(rows.filter(row => !/\]\(\.\.\/test\/[^)]+\.test\.tsx?\) \|$/.test(row))).toEqual([]);
});

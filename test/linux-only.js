/** What `npm run test:portable` leaves out: the table in test/readme.md. */
import { readFileSync } from 'node:fs';

/** @returns {{file: string, test: string, reason: string}[]} the rows; `test` is empty where the whole file is left out. */
export function linuxOnly() {
  const page = readFileSync(new URL('readme.md', import.meta.url), 'utf8');
  const [, table = ''] = /<!-- linux only -->([\s\S]*?)<!-- \/linux only -->/.exec(page) ?? [];
  const rows = table.split('\n').filter(line => line.startsWith('| `'));
  return rows.map(row => {
    const [, file = '', test = '', reason = ''] = row.split('|').map(cell => cell.trim());
    return { file: `test/${file.replaceAll('`', '')}`, test: test === 'all' ? '' : test, reason };
  });
}

/** @param {string[]} files
 * @returns {{files: string[], words: string[]}} the files to run, and the words that keep vitest from running single tests of
 * them. */
export function withoutLinuxOnly(files) {
  const rows = linuxOnly();
  const whole = new Set(rows.filter(({ test }) => test === '').map(({ file }) => file));
  const kept = files.filter(file => !whole.has(file));
  const titles = rows
    .filter(({ file, test }) => test !== '' && kept.includes(file))
    .map(({ test }) => test);
  const escaped = titles.map(title => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return {
    files: kept,
    words: titles.length === 0 ? [] : ['-t', `^(?!.*(?:${escaped.join('|')}))`],
  };
}

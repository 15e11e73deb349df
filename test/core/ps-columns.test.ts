/** Lines of ps, as Linux, macOS and FreeBSD print them. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type PsRow,
  parsePsRow,
  psColumns,
  sessionIds,
  wordsOfCommand,
} from '../../source/host/processes/portable/ps-columns.ts';
import { rounds } from '../helpers/campaign.ts';

const recorded = { linux: 'linux', darwin: 'macos', freebsd: 'freebsd' } as const;
type System = keyof typeof recorded;
const systems = Object.keys(recorded) as System[];

function linesOf(system: System): string[] {
  const path = new URL(`../fixtures/ps/${recorded[system]}.txt`, import.meta.url);
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '' && !line.startsWith('#'));
}

function rowsOf(system: System): PsRow[] {
  return linesOf(system).map(line => {
    const row = parsePsRow(line, system);
    if (row === undefined) throw new Error(`not read: ${line}`);
    return row;
  });
}

const rowOf = (system: System, pid: number) => rowsOf(system).find(row => row.pid === pid) as PsRow;

describe.each(systems)('ps of %s', system => {
  it('is read line by line', () => {
    const rows = rowsOf(system);
    expect(rows.length).toBeGreaterThan(8);
    for (const row of rows) expect(row.startedAt).toBeGreaterThan(Date.UTC(2025, 0));
  });

  it('is asked for each column by an option of its own', () => {
    const words = psColumns(system);
    expect(words.filter((_, index) => index % 2 === 0).every(word => word === '-o')).toBe(true);
    expect(words.join(' ')).not.toContain(',');
  });

  it('has a tmux server, and no words for a zombie', () => {
    const rows = rowsOf(system);
    expect(rows.filter(({ name }) => name === 'tmux: server')).toHaveLength(1);
    const zombies = rows.filter(({ state }) => state === 'Z');
    expect(zombies.map(wordsOfCommand)).toEqual([[]]);
  });
});

it('macOS: blanks in names and paths, a user without a number, a client of tmux, a title with a date', () => {
  const [mcp, helper, nobody] = [4140, 4141, 377].map(pid => rowOf('darwin', pid));
  expect(wordsOfCommand(mcp as PsRow)).toEqual([
    'node',
    '/Users/dev/My',
    'Tools/mcp-server-files/index.js',
  ]);
  expect(helper?.name).toBe('My Helper Tool');
  expect(nobody?.uid).toBe(2 ** 32 - 2);
  expect(rowOf('darwin', 4160).name).toBe('tmux: client');
  expect(rowOf('darwin', 4120)).toMatchObject({
    cpuMs: 231_200,
    cpuStepMs: 10,
    rssBytes: 319_946_752,
  });
  expect(rowOf('darwin', 4161).state).toBe('T');
  expect(rowOf('darwin', 99_998).command).toBe('backupd since Sat Nov  1 00:00:00 2025');
});

it('FreeBSD: kernel threads have no words, a title is a command line, days count', () => {
  expect(wordsOfCommand(rowOf('freebsd', 11))).toEqual([]);
  expect(wordsOfCommand(rowOf('freebsd', 4120))).toEqual([
    'claude:',
    'reading',
    'the',
    'plan',
    '(node)',
  ]);
  expect(rowOf('freebsd', 4140)).toMatchObject({ cpuMs: 93_784_000, sid: 4140, tty: 0 });
});

describe('session ids where ps has none', () => {
  it('are those of the terminal, of the leader, or the group', () => {
    const sessions = sessionIds(rowsOf('darwin'));
    expect([4101, 4102, 4120, 4133, 4140, 4141].map(pid => sessions.get(pid))).toEqual([
      4101, 4102, 4102, 4102, 4140, 4140,
    ]);
    // Its terminal’s leader is not in the table.
    expect(sessions.get(4160)).toBe(4160);
  });

  it('are never another session than the real one, where Linux shows both', () => {
    const rows = rowsOf('linux');
    const derived = sessionIds(rows.map(({ sid: _, ...row }) => row));
    for (const { pid, sid, pgid } of rows) expect([sid, pgid]).toContain(derived.get(pid));
    expect(derived.get(11)).toBe(5);
  });
});

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
function dateText(second: number): string {
  const date = new Date(second * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = String(date.getUTCDate()).padStart(2, ' ');
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${day} ${clock} ${date.getUTCFullYear()}`;
}

const word = fc.stringMatching(/^[!-~]{1,12}$/);
const wholes = fc.integer({ min: 0, max: 4_194_304 });
const line = fc.record({
  system: fc.constantFrom(...systems),
  numbers: fc.tuple(wholes, wholes, wholes, wholes, fc.integer({ min: 0, max: 70_000 }), wholes),
  tty: fc.constantFrom('?', '??', '-', 'pts/3', 'ttys004', 'v0'),
  stat: fc.constantFrom('S', 'Ss', 'R+', 'Ssl+', 'I', 'D<', 'T', 'Z+'),
  second: fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }),
  name: fc.array(fc.stringMatching(/^[!-~]{1,8}$/), { minLength: 1, maxLength: 2 }),
  // A date in a command line ends no column.
  words: fc.array(fc.oneof(word, fc.constant('Mon Nov 30 03:32:17 2026')), { maxLength: 6 }),
  repeatsOwnDate: fc.boolean(),
  pad: fc.integer({ min: 1, max: 9 }),
});

it('any name and any command line are read back, however the columns are padded', () => {
  fc.assert(
    fc.property(
      line,
      ({ system, numbers, tty, stat, second, name, words, repeatsOwnDate, pad }) => {
        const [pid, ppid, pgid, sid, uid, rss] = numbers;
        const started = dateText(second);
        const command = [...words, ...(repeatsOwnDate ? [started] : [])].join(' ');
        const session = system === 'darwin' ? [] : [sid];
        const threads = system === 'darwin' ? [] : [7];
        const head = [pid, ppid, pgid, ...session, uid, ...threads, rss, tty, stat, '1:02'].map(
          each => String(each).padStart(pad),
        );
        const text = `${head.join(' ')} ${started}${' '.repeat(pad)}${name.join(' ').padEnd(15)} ${started}${command === '' ? '' : ` ${command}`}`;
        const row = parsePsRow(text, system);
        expect(row).toMatchObject({ pid, ppid, pgid, uid, rssBytes: rss * 1024, command });
        expect(row?.startedAt).toBe(second * 1000);
        if (name.join(' ') !== 'tmux') expect(row?.name).toBe(name.join(' '));
        expect(row?.sid).toBe(system === 'darwin' ? undefined : sid);
        expect(row?.tty === 0).toBe(/^(\?+|-)$/.test(tty));
        expect(row?.isLeader).toBe(stat.includes('s'));
      },
    ),
    { numRuns: rounds(200, 20_000) },
  );
});

it('anything else is no line of a process, and takes no time', () => {
  for (const text of ['', 'PID', 'ps: illegal option', ' 1 2 3', `${'x '.repeat(50_000)}`])
    expect(parsePsRow(text, 'linux')).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...systems), (text, system) => {
      parsePsRow(text, system);
    }),
    { numRuns: rounds(100, 10_000) },
  );
});

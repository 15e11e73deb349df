/** A database as a registry: with either SQLite, beside other writers, when writers are killed, and other things in its
 * place. */
import { execFileSync, spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RegistryFile } from '../../source/core/ports/registry-store.ts';
import type { RegistryDocument } from '../../source/core/registry/document.ts';
import type { Edit } from '../../source/core/registry/edit.ts';
import { createRegistriesReader } from '../../source/host/registry/files.ts';
import { loadSqlite } from '../../source/host/registry/sqlite/load-sqlite.ts';
import { loadNodeSqlite } from '../../source/host/registry/sqlite/node-sqlite.ts';
import { readDatabaseFields } from '../../source/host/registry/sqlite/read-database.ts';
import { type Sqlite, SqliteError } from '../../source/host/registry/sqlite/sqlite.ts';
import { loadSystemSqlite } from '../../source/host/registry/sqlite/system-sqlite.ts';
import { openDatabase } from '../../source/host/registry/sqlite/write-database.ts';
import { createRegistryStore } from '../../source/host/registry/store.ts';
import { rounds } from '../helpers/campaign.ts';
import { type Python, startPython, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/eventually.ts';
import { isRoot, nobody } from '../helpers/people.ts';
import { stateDb, updater } from '../helpers/programs.ts';
import { start } from '../helpers/registry-file.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

let python: Python;
beforeAll(() => {
  python = startPython();
});
afterAll(() => python.close());

let directory: string;
let workspace: Workspace;
let database: TestDatabase;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-database-'));
  workspace = createWorkspace(directory);
  database = python.database(workspace.path);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const createReader = () => createRegistriesReader([workspace.path], []);
async function poll(reader = createReader()) {
  const { registries } = await reader();
  return registries.find(({ kind }) => kind === 'sqlite')?.reading;
}
async function entriesIn(reader = createReader()) {
  const reading = await poll(reader);
  if (reading?.ok !== true) throw new Error(reading?.reason);
  return reading.value.entries;
}
const namesBeside = () => readdirSync(join(database.path, '..')).sort();

/** Sets fields of the agent `a` in all files. */
function update(
  fields: Record<string, string>,
  files: readonly RegistryFile[] = [{ path: database.path, scope: 'database' }],
  waitMs = 5000,
) {
  const editsIn = ({ text, scope }: RegistryDocument): Edit[] => {
    const { agents } = JSON.parse(text);
    const at = scope === 'global' ? 'a' : agents.findIndex(({ id }: { id: string }) => id === 'a');
    return Object.entries(fields).map(([name, value]) => ({ at: ['agents', at, name], value }));
  };
  return createRegistryStore().update({
    files,
    waitMs,
    mutate: documents => documents.map(each => ({ path: each.path, edits: editsIn(each) })),
  });
}

const adapters: readonly (readonly [string, () => Promise<Sqlite | undefined>])[] = [
  ['the system’s library', loadSystemSqlite],
  // Node 20 has none.
  ...(loadNodeSqlite() === undefined
    ? []
    : [['node:sqlite', async () => loadNodeSqlite()] as const]),
];
describe.each(adapters)('SQLite through %s', (_, load) => {
  it('reads and changes rows, keeps characters, and says what went wrong', async () => {
    await database.fill('TASK-1', [{ id: 'a', status: 'working' }]);
    const sqlite = await load();
    if (sqlite === undefined) throw new Error('not installed');
    expect(sqlite.name).toMatch(/sqlite\w* 3\.\d+/);
    const open = sqlite.open(database.path, 'write');
    const values = ['ä\u001b', 2 ** 40, 0.5, null] as const;
    expect([...open.rows('SELECT ? AS a, ? AS b, ? AS c, ? AS d', values)]).toEqual([values]);
    expect([...open.rows('SELECT json_quote(?)', ['a\0z'])]).toEqual([['"a\\u0000z"']]);
    expect(open.run("UPDATE agents SET status = 'failed' WHERE agent_id = ?", ['a'])).toBe(1);
    expect(open.run('UPDATE agents SET status = 1 WHERE agent_id = ?', ['b'])).toBe(0);
    expect(() => [...open.rows('SELECT nothing')]).toThrow(SqliteError);
    expect(() => open.run("INSERT INTO agents(agent_id, task_id) VALUES ('a', 'TASK-1')")).toThrow(
      /UNIQUE/,
    );
    open.close();
    open.close();
    const reading = sqlite.open(database.path, 'immutable');
    expect(() => reading.run('DELETE FROM agents')).toThrow(/readonly/);
    reading.close();
    expect(await database.statuses()).toEqual(new Map([['a', 'failed']]));
    expect(() => sqlite.open(join(directory, 'nothing'), 'read')).toThrow(SqliteError);
  });
});

describe('a poll', () => {
  it('reads a database at rest without leaving a trace, and not again while it is unchanged', async () => {
    await database.fill('TASK-1', [{ id: 'a' }, { id: 'b', session: '' }]);
    execFileSync('touch', ['-d', '1 minute ago', database.path]);
    const before = [namesBeside(), lstatSync(database.path).ctimeMs];
    const reader = createReader();
    const entries = await entriesIn(reader);
    expect(entries).toMatchObject([
      { id: 'a', task: 'TASK-1', status: 'working', session: 'agent_a', progress: 40, faults: [] },
      { id: 'b', session: undefined },
    ]);
    expect(await entriesIn(reader)).toBe(entries);
    expect([namesBeside(), lstatSync(database.path).ctimeMs]).toEqual(before);
    await database.sql("UPDATE agents SET status = 'failed' WHERE agent_id = 'b'");
    const [first, second] = await entriesIn(reader);
    expect(first).toBe(entries[0]);
    expect(second?.status).toBe('failed');
  });

  it('sees what is only in the WAL, while a writer is in a transaction, and after it was killed', async () => {
    await database.fill('TASK-1', [{ id: 'a', progress: 0 }]);
    const writer = start(stateDb, ['count', database.path, 'a', 1_000_000]);
    await eventually('progress is made', async () => ((await entriesIn())[0]?.progress ?? 0) > 3);
    const held = await database.hold();
    writer.child.kill('SIGKILL');
    await writer.ended;
    const during = (await entriesIn())[0]?.progress ?? 0;
    expect(during).toBeGreaterThan(3);
    process.kill(held.pid, 'SIGKILL');
    await held.release();
    expect(namesBeside()).toContain('state.sqlite3-wal');
    unlinkSync(`${database.path}-shm`);
    expect((await entriesIn())[0]?.progress).toBe(during);
    expect(await database.check()).toBe('ok');
  });

  it('does not wait for a lock that stays', async () => {
    await database.fill('TASK-1', [{ id: 'a' }]);
    await database.sql('PRAGMA journal_mode = DELETE');
    const locker = `import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute('BEGIN EXCLUSIVE')
c.execute("UPDATE agents SET status = 'failed'")
c.execute('PRAGMA cache_spill')
print('locked', flush=True)
sys.stdin.read()`;
    const child = spawn('python3', ['-c', locker, database.path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = new Promise(resolve => child.on('close', resolve));
    await new Promise(resolve => child.stdout.once('data', resolve));
    const reason = 'locked by another program';
    expect(await poll()).toEqual({ ok: false, reason });
    child.stdin.end();
    await ended;
    expect((await entriesIn()).length).toBe(1);
  });

  it('tries often, where the machine is so busy that one try takes as long as it waits', async () => {
    await database.fill('TASK-1', [{ id: 'a' }]);
    await database.sql('PRAGMA journal_mode = DELETE');
    const writer = (await loadSqlite())?.open(database.path, 'write');
    writer?.run('BEGIN EXCLUSIVE');
    const reading = poll();
    const block = () => {
      const until = performance.now() + 200;
      while (performance.now() < until);
    };
    setTimeout(block, 5);
    // After the try that was due meanwhile.
    setTimeout(() => writer?.close(), 20);
    expect(await reading).toMatchObject({ ok: true });
  });

  it('leaves the locks of a change in the same process alone', async () => {
    await database.fill('TASK-1', [{ id: 'a' }]);
    await database.sql('PRAGMA journal_mode = DELETE');
    const deadline = Date.now() + 5000;
    const open = await openDatabase(database.path, { deadline, untilMs: deadline });
    const file = `:${lstatSync(database.path).ino} `;
    const locks = () =>
      readFileSync('/proc/locks', 'utf8')
        .split('\n')
        .filter(line => line.includes(file));
    const before = locks().length;
    expect(before).toBeGreaterThan(0);
    expect(await entriesIn()).toHaveLength(1);
    expect(locks()).toHaveLength(before);
    open.close();
    expect(locks()).toEqual([]);
  });

  it('reads values of wrong types as faults, and every text as it is', async () => {
    const odd = 'x\u001b[31m\0\n"y';
    await database.fill('TASK-1', [
      { id: 'a', status: odd, started_at: odd },
      { id: 'b', progress: 'half', tracked_files: 'no JSON' },
    ]);
    await database.sql(
      "INSERT INTO agents(agent_id, task_id, status) VALUES ('c', 'TASK-1', x'00ff')",
    );
    await database.sql(
      "INSERT INTO agents(agent_id, task_id, status) VALUES (x'00ff', 'TASK-1', 'working')",
    );
    await database.sql(
      "INSERT INTO agents(agent_id, task_id, progress) VALUES ('d', 'TASK-1', 9e999)",
    );
    await database.sql("UPDATE tasks SET description = x'00ff'");
    const reading = await poll();
    if (reading?.ok !== true) throw new Error(reading?.reason);
    const { entries, faults } = reading.value;
    expect(entries.map(({ id, status }) => [id, status])).toEqual([
      ['a', odd],
      ['b', 'working'],
      ['c', undefined],
      ['d', undefined],
    ]);
    expect(entries.map(each => each.faults.map(({ field }) => field))).toEqual([
      [],
      ['progress'],
      ['status'],
      ['progress'],
    ]);
    expect(faults).toEqual(['agents[3] skipped: no id']);
    const fields = await readDatabaseFields(database.path, 'a');
    expect(fields).toMatchObject({
      ok: true,
      value: expect.arrayContaining([
        ['status', odd],
        ['parent', 'orchestrator'],
      ]),
    });
  });

  it('reads a table with other columns', async () => {
    await database.sql('CREATE TABLE agents (agent_id, "a""b", status, extra AS (status || 1))');
    await database.sql(`INSERT INTO agents VALUES ('a', 1, 'working')`);
    expect(await entriesIn()).toMatchObject([{ id: 'a', status: 'working', task: undefined }]);
    const fields = await readDatabaseFields(database.path, 'a');
    expect(fields.ok && fields.value.map(([name]) => name)).toEqual([
      'id',
      'agent_id',
      'a"b',
      'status',
    ]);
  });

  it('does not run what a view says', async () => {
    const endless =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS task_id FROM n';
    await database.sql('CREATE TABLE agents (agent_id, status)');
    await database.sql("INSERT INTO agents VALUES ('a', 'working')");
    await database.sql(`CREATE VIEW tasks AS ${endless}`);
    expect(await entriesIn()).toHaveLength(1);
    await database.sql('DROP TABLE agents');
    await database.sql(`CREATE VIEW agents AS ${endless}`);
    expect(await poll()).toEqual({
      ok: false,
      reason: 'agents is a view or a virtual table, not a table',
    });
  });
});

describe('in the place of a database', () => {
  const beside = (end: string) => `${database.path}${end}`;
  const fifo = (path: string) => void execFileSync('mkfifo', [path]);
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    ['a FIFO', () => fifo(database.path), 'not a regular file'],
    ['a directory', () => void mkdirSync(database.path), 'not a regular file'],
    ['a link', () => symlinkSync('/etc/hostname', database.path), 'symbolic link'],
    [
      'a text',
      () => writeFileSync(database.path, 'no database at all'.repeat(100)),
      'not an SQLite database',
    ],
    ['an empty schema', () => database.sql('CREATE TABLE other (x)'), 'it has no table agents'],
    ['another table agents', () => database.sql('CREATE TABLE agents (x)'), 'no column agent_id'],
    ['300 MB', () => writeSparse(database.path, 300e6), '300 MB, more than the 256 MB'],
    [
      'a second link to a database',
      () => withRows(() => linkSync(database.path, join(directory, 'link'))),
      '2 hard links',
    ],
    ['a database cut short', () => withRows(() => truncateSync(database.path, 8192)), 'damaged'],
    [
      'a WAL that is a FIFO',
      () => withRows(() => fifo(beside('-wal'))),
      'state.sqlite3-wal: not a regular file',
    ],
    [
      'a journal that is a FIFO',
      () => withRows(() => fifo(beside('-journal'))),
      'state.sqlite3-journal: not a regular file',
    ],
    [
      'too many agents',
      () => withRows(() => database.sql(tooMany)),
      '10001 agents, more than the 10000',
    ],
    ['agents of too many bytes', () => withRows(() => database.sql(tooLong)), 'more than the 8 MB'],
    [
      'a value that is too long',
      () => withRows(() => database.sql('UPDATE agents SET status = hex(zeroblob(85e5))')),
      'MB',
    ],
  ];
  const withRows = async (spoil: () => unknown) => {
    await database.fill('TASK-1', [{ id: 'a' }]);
    await spoil();
  };
  const tooMany =
    "INSERT INTO agents(agent_id, task_id) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i, 'TASK-1' FROM n";
  const tooLong =
    "INSERT INTO agents(agent_id, task_id, status) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i, 'TASK-1', hex(zeroblob(5e5)) FROM n";

  it.each(cases)('%s is one clear line, and nothing is changed', async (_, make, reason) => {
    await make();
    const names = namesBeside();
    expect(await poll()).toEqual({ ok: false, reason: expect.stringContaining(reason) });
    const changed = await update({ status: 'failed' });
    expect(changed).toMatchObject({ kind: 'refused', written: [] });
    expect(namesBeside().filter(name => name !== 'backups')).toEqual(names);
  });

  it('another user’s database is read, and not changed', async () => {
    await database.fill('TASK-1', [{ id: 'a' }]);
    // Only root can give a file away.
    if (isRoot) chownSync(database.path, nobody, nobody);
    expect(await entriesIn()).toHaveLength(1);
    const changed = await update({ status: 'failed' });
    expect(changed.kind).toBe(isRoot ? 'refused' : 'done');
  });

  it('an empty file is a database without agents', async () => {
    writeFileSync(database.path, '');
    expect(await entriesIn()).toEqual([]);
  });
});

describe('an update of JSON files and a database', () => {
  const allFiles = () => [
    { path: workspace.taskFile('TASK-1'), scope: 'task' as const },
    { path: database.path, scope: 'database' as const },
  ];
  const inJson = () =>
    JSON.parse(readFileSync(workspace.taskFile('TASK-1'), 'utf8')).agents[0].status;
  const change = { status: 'failed', last_update: 'now' };
  const statuses = async () => [inJson(), (await database.statuses()).get('a')];
  beforeEach(async () => {
    await database.fill('TASK-1', [{ id: 'a' }]);
    workspace.writeTask('TASK-1', [{ id: 'a' }]);
  });

  it('changes all of them', async () => {
    const result = await update(change, allFiles());
    expect(result).toMatchObject({ kind: 'done', written: allFiles().map(({ path }) => path) });
    expect(await statuses()).toEqual(['failed', 'failed']);
    expect(await database.rows()).toMatchObject({
      agent_progress_latest: [{ agent_id: 'a', task_id: 'TASK-1', status: 'failed', progress: 40 }],
      tasks: [{ updated_at: 'now' }],
    });
  });

  it('changes none where the database refuses', async () => {
    const reasons: readonly (readonly [string, string])[] = [
      [
        'CREATE TRIGGER t AFTER UPDATE ON agents BEGIN SELECT 1; END',
        'a change would run its trigger t',
      ],
      ['CREATE UNIQUE INDEX i ON agents(status)', 'UNIQUE constraint failed'],
    ];
    for (const [statement, reason] of reasons) {
      await database.fill('TASK-1', [{ id: 'b', status: 'failed' }]);
      await database.sql(statement);
      expect(await update(change, allFiles())).toMatchObject({
        kind: 'refused',
        path: database.path,
        reason: expect.stringContaining(reason),
        written: [],
      });
      expect(await statuses()).toEqual(['working', 'working']);
      await database.sql('DROP TRIGGER IF EXISTS t');
    }
  });

  it('reads an id that no statement finds as none, and changes the other rows', async () => {
    for (const id of ["cast(x'ff41' as text)", "'a' || char(0) || 'b'"])
      await database.sql(`INSERT INTO agents(agent_id, task_id) VALUES (${id}, 'TASK-1')`);
    expect((await entriesIn()).map(({ id }) => id)).toEqual(['a']);
    expect(await update(change, allFiles())).toMatchObject({ kind: 'done' });
  });

  it('changes none where a JSON file cannot be read', async () => {
    writeFileSync(workspace.taskFile('TASK-1'), '{"agents": 5}');
    // It is not taken for a file that is being written.
    workspace.age();
    expect(await update(change, allFiles())).toMatchObject({ kind: 'refused', written: [] });
    expect((await database.statuses()).get('a')).toBe('working');
  });

  it('starts again, with the row as it was, where a JSON file is replaced meanwhile', async () => {
    const seen: (string | undefined)[] = [];
    const path = workspace.taskFile('TASK-1');
    const result = await createRegistryStore().update({
      files: allFiles(),
      waitMs: 5000,
      mutate(documents) {
        const rows = documents.find(({ scope }) => scope === 'database');
        seen.push(rows?.content.entries[0]?.status);
        if (seen.length === 1) {
          writeFileSync(`${path}.new`, readFileSync(path, 'utf8').replace('"parent"', '"other"'));
          renameSync(`${path}.new`, path);
        }
        const edits = [{ at: ['agents', 0, 'status'], value: 'failed' }];
        return documents.map(each => ({ path: each.path, edits }));
      },
    });
    expect(result).toMatchObject({ kind: 'done', written: [path, database.path] });
    expect(seen).toEqual(['working', 'working']);
    expect(await statuses()).toEqual(['failed', 'failed']);
    expect(readFileSync(path, 'utf8')).toContain('"other"');
  });

  it('waits for a writer, and names it', async () => {
    const held = await database.hold();
    expect(await update(change, allFiles(), 100)).toEqual({
      kind: 'busy',
      path: database.path,
      holder: expect.stringContaining(`pid ${held.pid} (python3)`),
    });
    const pending = update(change, allFiles(), 60_000);
    await held.release();
    expect(await pending).toMatchObject({ kind: 'done' });
    expect(await statuses()).toEqual(['failed', 'failed']);
  });

  const replace = () => {
    writeFileSync(`${database.path}.new`, readFileSync(database.path));
    renameSync(`${database.path}.new`, database.path);
    for (const end of ['-wal', '-shm']) rmSync(database.path + end, { force: true });
  };

  it('changes the database that is there when its lock is free, not the one that it waited for', async () => {
    const held = await database.hold();
    const pending = update(change, allFiles(), 60_000);
    await eventually('it has the database open', () => isOpenHere(database.path));
    replace();
    await held.release();
    expect(await pending).toMatchObject({ kind: 'done' });
    expect(await statuses()).toEqual(['failed', 'failed']);
  });

  it('changes none where the database is replaced or deleted meanwhile', async () => {
    for (const remove of [replace, () => renameSync(database.path, `${database.path}.old`)]) {
      const result = await createRegistryStore().update({
        files: allFiles(),
        waitMs: 5000,
        mutate(documents) {
          remove();
          const edits = [{ at: ['agents', 0, 'status'], value: 'failed' }];
          return documents.map(each => ({ path: each.path, edits }));
        },
      });
      expect(result).toMatchObject({
        kind: 'refused',
        path: database.path,
        reason: expect.stringContaining('another file was put in its place'),
        written: [],
      });
    }
    renameSync(`${database.path}.old`, database.path);
    expect(await statuses()).toEqual(['working', 'working']);
  });

  it('backs both up by SQLite and as text', async () => {
    await update(change, allFiles());
    const [backup] = await createRegistryStore().backups(workspace.path);
    expect(
      backup?.files.map(({ scope, entries, statuses: was }) => [scope, entries, was.get('a')]),
    ).toEqual([
      ['task', { ok: true, value: 1 }, 'working'],
      ['database', { ok: true, value: 1 }, 'working'],
    ]);
    for (const { path } of backup?.files ?? []) expect(statSync(path).mode & 0o777).toBe(0o600);
    const file = backup?.files.find(({ scope }) => scope === 'database');
    if (file === undefined) throw new Error('not in the backup');
    expect(await createRegistryStore().restore(file, 1000)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('does not restore a database'),
    });
  });
});

/** Whether this process has the file open. */
function isOpenHere(path: string): boolean {
  return readdirSync('/proc/self/fd').some(each => {
    try {
      return readlinkSync(`/proc/self/fd/${each}`) === path;
    } catch {
      return false;
    }
  });
}

describe('writers of a database', () => {
  const progressOf = async (id: string) =>
    Number((await database.rows()).agents.find(each => each.agent_id === id)?.progress);

  it('lose no update of each other, Python and vigil', async () => {
    const [writers, each] = [rounds(2, 4), rounds(12, 100)];
    await database.fill('TASK-1', [{ id: 'a', progress: 0 }]);
    const programs = [
      ...Array(writers).fill([updater]),
      ...Array(writers).fill([stateDb, 'count']),
    ];
    const runs = programs.map(([program, ...words]) =>
      start(program, [...words, database.path, 'a', each]),
    );
    for (const { ended } of runs) expect(await ended).toEqual({ code: 0, signal: null, said: '' });
    expect(await progressOf('a')).toBe(2 * writers * each);
    expect(await database.check()).toBe('ok');
  });

  it('leave it whole with every acknowledged update when vigil is killed', async () => {
    await database.fill('TASK-1', [
      { id: 'a', progress: 0 },
      { id: 'b', progress: 0 },
    ]);
    const acknowledgements = join(directory, 'acknowledgements');
    const acknowledged = () => {
      if (!existsSync(acknowledgements)) return 0;
      return Number(readFileSync(acknowledgements, 'utf8').trim().split(/\s/).at(-1));
    };
    for (let kill = 0; kill < rounds(3, 100); kill++) {
      const told = acknowledged();
      const { child, ended } = start(updater, [database.path, 'a', 1_000_000, acknowledgements]);
      await eventually('it was acknowledged', () => acknowledged() > told);
      // Not a wait for a condition: the moment of the kill is random.
      await new Promise(resolve => setTimeout(resolve, Math.random() * 20));
      child.kill('SIGKILL');
      expect((await ended).signal).toBe('SIGKILL');
      expect(await database.check()).toBe('ok');
      expect([acknowledged(), acknowledged() + 1]).toContain(await progressOf('a'));
      expect((await start(updater, [database.path, 'b', 1]).ended).code).toBe(0);
    }
    expect(await progressOf('b')).toBe(rounds(3, 100));
  }, 900_000);
});

function writeSparse(path: string, size: number): void {
  writeFileSync(path, '');
  truncateSync(path, size);
}

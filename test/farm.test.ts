/** The farm of the process leak analysis, classified by the built program. */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './helpers/eventually.ts';
import { type Farm, startFarm } from './helpers/farm.ts';
import { cliPath, vigil, vigilEnv } from './helpers/vigil.ts';

type JsonRow = {
  class: string;
  key: string;
  agentId: string | null;
  session: { name: string } | null;
  processes: { pid: number; ppid: number; role: string }[];
  evidence: string[];
};
type Json = {
  rows: JsonRow[];
  totals: Record<string, number>;
  registries: Record<string, unknown>[];
  problems: unknown[];
};

let farm: Farm;

beforeAll(async () => {
  farm = await startFarm();
});
afterAll(() => farm?.close());

async function snapshot(...more: string[]): Promise<Json> {
  const run = await vigil(['list', '--json', ...farm.options, ...more]);
  expect(run.stderr).toBe('');
  expect(run.code).toBe(0);
  return JSON.parse(run.stdout) as Json;
}

/** Rows that the farm started; other programs of this machine are ignored. */
function idsOf(json: Json, name: string): (string | null)[] {
  return json.rows
    .filter(row => row.class === name)
    .map(row => row.agentId)
    .sort();
}

describe('the farm of the process leak analysis', () => {
  it('is classified exactly, from one command', async () => {
    const json = await snapshot(
      '--class',
      'live,undead,ghost,husk,orphan,interactive,zombie,unknown,ended',
    );
    expect(json.problems).toEqual([]);
    expect(idsOf(json, 'live')).toEqual(farm.ids.live);
    expect(idsOf(json, 'ghost')).toEqual(farm.ids.ghosts);
    expect(idsOf(json, 'ended')).toEqual([...farm.ids.ended, farm.ids.leaker].sort());
    expect(idsOf(json, 'undead')).toEqual([farm.ids.undead]);
    expect(idsOf(json, 'husk')).toEqual([farm.ids.husk]);
    expect(json.totals).toMatchObject({ live: 8, ghost: 46, ended: 39, undead: 1, husk: 1 });
    const orphans = json.rows.filter(row => row.class === 'orphan');
    expect(orphans.some(row => row.session?.name === farm.stray)).toBe(true);
    expect(orphans.some(row => row.processes[0]?.pid === farm.pids.leaked)).toBe(true);
    const interactive = json.rows.filter(row => row.class === 'interactive');
    for (const pid of farm.pids.interactive)
      expect(interactive.filter(row => row.processes[0]?.pid === pid)).toHaveLength(1);
    const zombie = json.rows.find(
      row => row.class === 'zombie' && row.processes[0]?.pid === farm.pids.zombie,
    );
    expect(zombie?.evidence.join()).toContain(`pid ${farm.pids.zombieParent}`);
    expect(new Set(json.rows.map(row => row.key)).size).toBe(json.rows.length);
  });

  it('is explained by why, class by class', async () => {
    const { ids, pids } = farm;
    const expected: readonly (readonly [string, string, string])[] = [
      [ids.live[0] as string, 'live', 'agent program pid'],
      [ids.ghosts[0] as string, 'ghost', `no session agent_${ids.ghosts[0]}`],
      [ids.ended[0] as string, 'ended', 'status completed'],
      [ids.undead, 'undead', 'status completed'],
      [ids.husk, 'husk', 'only shells and wrappers'],
      [`session:${farm.stray}`, 'orphan \\(suspected\\)', 'no entry in 2 registries'],
      [`pid:${pids.leaked}`, 'orphan \\(suspected\\)', 'an MCP server'],
      [`pid:${pids.interactive[0]}`, 'interactive', 'tmux session work'],
      [`pid:${pids.interactive[1]}`, 'interactive', 'on the terminal of'],
      [`pid:${pids.zombie}`, 'zombie', `not reaped by its parent: pid ${pids.zombieParent}`],
    ];
    for (const [target, name, evidence] of expected) {
      const run = await vigil(['why', target, ...farm.options]);
      expect(run.stderr).toBe('');
      expect(run.code).toBe(0);
      expect(run.stdout.split('\n')[0]).toMatch(new RegExp(`: ${name}$`));
      expect(run.stdout).toContain(evidence);
    }
  });

  it('has roles for every process of an agent', async () => {
    const json = await snapshot();
    const row = json.rows.find(each => each.agentId === farm.ids.live[0]);
    expect(row?.processes.map(process => process.role)).toEqual(['agent', 'support', 'support']);
    expect(row?.processes[0]?.pid).toBe(farm.pids.live[0]);
  });

  it('compares recorded with living agents', async () => {
    const json = await snapshot();
    const task = json.registries.find(each => String(each.path).includes(farm.task));
    expect(task).toMatchObject({
      kind: 'json',
      ok: true,
      agents: 95,
      recordedActive: 55,
      actualActive: 8,
    });
  });
});

describe('a stopped tmux server', () => {
  it('yields no ghost and no orphan, but a problem, within 5 s', async () => {
    const pid = farm.server.pid();
    process.kill(pid, 'SIGSTOP');
    try {
      const started = Date.now();
      const run = await vigil(['list', '--json', ...farm.options]);
      expect(Date.now() - started).toBeLessThan(5000);
      expect(run.code).toBe(5);
      const json = JSON.parse(run.stdout) as Json;
      expect(json.totals).toMatchObject({ ghost: 0, orphan: 0, ended: 0 });
      expect(json.totals.unknown).toBeGreaterThanOrEqual(95);
      expect(JSON.stringify(json.problems)).toContain('no answer within 2 s');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await eventually('the server answers again', async () => {
      const run = await vigil(['list', '--json', ...farm.options]);
      return (JSON.parse(run.stdout) as Json).totals.ghost === 46;
    });
  });
});

describe('a read-only command', () => {
  const tracedCalls =
    'trace=kill,tkill,tgkill,flock,fcntl,open,openat,unlink,unlinkat,rename,truncate';

  it('changes no byte, takes no lock and sends no signal', async () => {
    const files = [farm.workspace.globalFile, farm.workspace.taskFile(farm.task)];
    const before = files.map(stampOf);
    const log = join(farm.standIns.directory, 'strace.log');
    for (const words of [['list', '--json'], ['why', farm.ids.undead], ['doctor']]) {
      try {
        execFileSync(
          'strace',
          [
            '-f',
            '-qq',
            '-e',
            tracedCalls,
            '-o',
            log,
            process.execPath,
            cliPath,
            ...words,
            ...farm.options,
          ],
          { env: vigilEnv(), stdio: 'pipe' },
        );
      } catch (error) {
        // doctor exits with 10 if this machine lacks something, which is fine here.
        expect((error as { status?: number }).status).toBe(10);
      }
      const calls = readFileSync(log, 'utf8').split('\n');
      expect(calls.length).toBeGreaterThan(10);
      expect(calls.filter(call => /\b(t|tg)?kill\(/.test(call) && !/, 0\)/.test(call))).toEqual([]);
      const here = calls.filter(call => call.includes(farm.workspace.path));
      expect(here.length).toBeGreaterThan(0);
      expect(
        here.filter(call => /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|unlink|rename/.test(call)),
      ).toEqual([]);
      expect(calls.filter(call => /\bflock\(|F_SETLK|F_OFD_SETLK/.test(call))).toEqual([]);
    }
    expect(files.map(stampOf)).toEqual(before);
  });

  it('keeps lineage: a reparented child stays with its agent', async () => {
    const { env, ready } = farm.standIns.environment();
    const child = farm.standIns.environment();
    const id = farm.ids.live[0] as string;
    const helper = farm.standIns.server('language-server');
    // A shell in the agent's session starts a server without any mark, then exits.
    farm.server.tmux(
      'new-window',
      '-d',
      '-t',
      `=agent_${id}:`,
      'env',
      '-i',
      'bash',
      '-c',
      `nohup '${helper}' '${child.env.READY_FILE}' </dev/null >/dev/null 2>&1 & echo $$ > '${env.READY_FILE}'; read -r < '${farm.standIns.directory}/never'`,
    );
    const shell = await ready();
    const server = await child.ready();
    farm.standIns.adopt(server);
    const watching = watch();
    try {
      await watching.until(json => rowOf(json, server)?.agentId === id);
      process.kill(shell, 'SIGKILL');
      const orphaned = await watching.until(
        json => rowOf(json, server)?.processes.find(each => each.pid === server)?.ppid === 1,
      );
      expect(rowOf(orphaned, server)).toMatchObject({ agentId: id, class: 'live' });
    } finally {
      watching.stop();
      process.kill(server, 'SIGKILL');
    }
  });
});

function rowOf(json: Json, pid: number): JsonRow | undefined {
  return json.rows.find(row => row.processes.some(process => process.pid === pid));
}

/** `list --watch --json`: the snapshots as they arrive. */
function watch() {
  const child = spawn(
    process.execPath,
    [cliPath, 'list', '--watch', '--json', '-d', '0.2', ...farm.options],
    { env: vigilEnv(), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  child.stdout.setEncoding('utf8').on('data', chunk => {
    text += chunk;
  });
  return {
    until: (isWanted: (json: Json) => boolean): Promise<Json> =>
      eventually('a snapshot shows it', () => {
        const last = text.split('\n').at(-2);
        if (last === undefined) return undefined;
        const json = JSON.parse(last) as Json;
        return isWanted(json) ? json : undefined;
      }),
    stop: () => child.kill('SIGTERM'),
  };
}

function stampOf(file: string): string {
  const { mtimeMs, ctimeMs, ino } = statSync(file);
  return `${ino} ${mtimeMs} ${ctimeMs} ${readFileSync(file, 'utf8')}`;
}

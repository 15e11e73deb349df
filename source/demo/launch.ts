/** What an agent's pane holds: a shell, its program, and an MCP server of the program. */

import type { Origin, ProcessRef } from '../core/model/process.ts';
import { agentFilePath, agentSession } from '../core/registry/agent-names.ts';
import { cast, type Manner, type Program } from './cast.ts';
import { chance, digits } from './noise.ts';
import type { Birth, Processes } from './processes.ts';
import type { Filled, NewPane, Sessions } from './sessions.ts';
import type { Timeline } from './timeline.ts';

export type Launched = {
  readonly program: ProcessRef;
  /** All that was started with it. */
  readonly processes: readonly ProcessRef[];
  /** It is done: nobody starts anything of it again. */
  conclude(): void;
};

export type World = {
  readonly timeline: Timeline;
  readonly processes: Processes;
  readonly sessions: Sessions;
};

const commands: Readonly<Record<Program, readonly string[]>> = {
  claude: ['claude', '--print', '--model', 'opus', '--output-format', 'stream-json'],
  codex: ['codex', 'exec', '--full-auto', '-'],
  gemini: ['node', '/usr/local/lib/node_modules/@google/gemini-cli/dist/index.js', '--yolo'],
};

const mcpCommands = [
  ['node', '/home/dev/.npm/_npx/9833c18b2d85bc59/node_modules/.bin/playwright-mcp', '--headless'],
  ['node', '/home/dev/.npm/_npx/4c1a07e2b7d90f31/node_modules/.bin/mcp-server-filesystem', '.'],
  ['python3', '-m', 'mcp_server_git', '--repository', '/home/dev/project'],
] as const;

/** The made-up machine was started once. */
export const bootId = 'demo';

const minuteMs = 60_000;
const megabyte = 1024 * 1024;
/** As fast as a program that keeps every answer it ever got. */
const growsBytes = 8 * megabyte;
/** Whoever starts it again has to notice first. An ending has been seen to be over by then, and is
 * still looking for what comes back. */
const restartMs = 400;
/** Whom nobody asks anything for this long goes by itself. */
const leakMs = 400_000;
/** Something moves at times also where nobody works, and never where nobody is. */
const quietMs = 1_000_000;
const deadQuietMs = 1e12;
const shellMs = 20;
const mcpMs = 80;

export function launch(
  { timeline, processes, sessions }: World,
  id: string,
  manner: Manner,
  ageMs: number,
): Launched {
  let isDone = false;
  const started: ProcessRef[] = [];
  const agentMark = manner.isRestarted === true ? `${id}:${digits(id.length)}` : undefined;
  sessions.open({
    ...{ name: agentSession(id), ageMs, paceMs: isBusy(manner) ? undefined : quietMs },
    fill(inherited, serverPid) {
      const origin = { ...inherited, agentMark };
      const shell = processes.bear(shellOf(manner.program, serverPid, ageMs, origin));
      const inPane = { sid: shell.pid, tty: terminalOf(shell.pid), ageMs };
      const program = processes.bear({
        ...inPane,
        argv: commands[manner.program],
        ppid: shell.pid,
        habit: manner.isStubborn === true ? {} : { leavesMs: 240 + chance(shell.pid) * 140 },
        load: loadOf(manner, shell.pid),
        origin,
      });
      const port = 8000 + (shell.pid % 1000);
      const own = { origin: { ...origin, programMarks: claudeMarks }, ageMs };
      const mcp = processes.bear({
        ...mcpOf(program.pid, port),
        ...own,
        ...(manner.isLeaking === true ? {} : { sid: shell.pid }),
        habit: { leavesMs: mcpMs, withParent: manner.isLeaking !== true },
      });
      if (manner.isLeaking === true) timeline.after(leakMs, () => processes.die(mcp.pid));
      if (agentMark !== undefined) watch([shell, program, mcp], agentMark, port);
      started.push(program, shell, mcp);
      return { panePid: shell.pid, programPid: program.pid };
    },
  });
  const [program] = started;
  if (program === undefined) throw new Error('a pane was opened and not filled');
  return {
    program,
    processes: started,
    conclude() {
      isDone = true;
    },
  };

  /** Once everybody of it is gone, its server is there again. */
  function watch(all: readonly ProcessRef[], agentMark: string, port: number) {
    const again = () => {
      if (isDone || all.some(each => processes.isThere(each))) return;
      timeline.after(restartMs, () =>
        processes.bear({
          ...mcpOf(1, port),
          habit: { leavesMs: mcpMs },
          origin: { agentMark, programMarks: claudeMarks },
        }),
      );
    };
    for (const { pid } of all) processes.onDeath(pid, again);
  }
}

/** What claude sets for whatever it starts. */
const claudeMarks: ReadonlyMap<string, string> = new Map([['CLAUDECODE', '1']]);

/** Everybody of the cast. @returns the agents that run, by id. */
export function launchCast(world: World): ReadonlyMap<string, Launched> {
  const launched = new Map<string, Launched>();
  for (const { id, minutes, holds } of cast) {
    const ageMs = minutes * minuteMs;
    if (holds === 'shell') launchShell(world, id, ageMs);
    else if (holds !== undefined) launched.set(id, launch(world, id, holds, ageMs));
  }
  return launched;
}

/** A session that its agent has left: a shell waits in it. */
function launchShell({ processes, sessions }: World, id: string, ageMs: number): void {
  const pane: NewPane = {
    ...{ name: agentSession(id), ageMs, paceMs: deadQuietMs },
    fill(origin, serverPid): Filled {
      const base = { habit: { leavesMs: shellMs }, ageMs, origin };
      const load = { cpuPercent: 0, rssBytes: 4 * megabyte };
      const { pid } = processes.bear({
        ...base,
        argv: ['-bash'],
        name: 'bash',
        ppid: serverPid,
        load,
      });
      const tee = {
        argv: ['tee', '-a', '--', agentFilePath(id, 'log_file')],
        ppid: pid,
        sid: pid,
        load,
      };
      processes.bear({ ...base, ...tee });
      return { panePid: pid, programPid: pid };
    },
  };
  sessions.open(pane);
}

export function mcpOf(ppid: number, port: number) {
  return {
    argv: mcpCommands[port % mcpCommands.length] ?? mcpCommands[0],
    ppid,
    ports: [port],
    load: { cpuPercent: 2, rssBytes: 61 * megabyte },
  };
}

function shellOf(program: Program, ppid: number, ageMs: number, origin: Origin): Birth {
  return {
    argv: ['bash', '-c', `${commands[program].join(' ')} < "$PROMPT" | tee -a "$LOG"`],
    ppid,
    habit: { leavesMs: shellMs, withChildren: true },
    load: { cpuPercent: 0, rssBytes: 3.6 * megabyte },
    ageMs,
    origin,
  };
}

function loadOf(manner: Manner, key: number) {
  const { isGrowing, program } = manner;
  if (isGrowing === true) return { cpuPercent: 55, rssBytes: 60 * megabyte, growsBytes };
  const cpuPercent = isBusy(manner) ? 25 + chance(key, 2) * 70 : 6;
  const rssBytes = ((program === 'codex' ? 70 : 170) + chance(key, 1) * 150) * megabyte;
  return { cpuPercent, rssBytes };
}

function isBusy({ perMinute }: Manner): boolean {
  return perMinute !== undefined;
}

function terminalOf(panePid: number): number {
  return 34_816 + (panePid % 64);
}

/** As a registry has them. */
export function identities({ processes }: Launched) {
  return processes.map(({ pid, start }) => ({ pid, start, boot_id: bootId }));
}

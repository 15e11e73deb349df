/** What an agent's pane holds: a shell, its program, and an MCP server of the program. */
import type { ProcessRef } from '../core/model/process.ts';
import { agentFilePath, agentSession } from '../core/registry/agent-names.ts';
import type { Manner, Program } from './cast.ts';
import type { Machine } from './machine.ts';
import { chance, digits } from './noise.ts';

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

export const minuteMs = 60_000;
export const megabyte = 1024 * 1024;
/** As fast as a program that keeps every answer it ever got. */
const growsBytes = 8 * megabyte;
/** A supervisor has to notice first. A termination has seen the end by then, and still checks for
 * processes that come back. */
const restartMs = 400;
/** A server that is asked nothing for this long exits. */
const leakMs = 400_000;
/** An idle program prints something at times, and a shell that waits never does. */
const quietMs = 1_000_000;
const deadQuietMs = 1e12;
const shellMs = 20;
const mcpMs = 80;

/** What claude sets for every program that it starts. */
const programMarks: ReadonlyMap<string, string> = new Map([['CLAUDECODE', '1']]);

/** @returns its processes, the program first. */
export function launch(
  { timeline, processes, sessions }: Machine,
  id: string,
  manner: Manner,
  ageMs: number,
): readonly ProcessRef[] {
  const agentMark = manner.isRestarted ? `${id}:${digits(id.length)}` : undefined;
  const argv = commands[manner.program];
  const isBusy = manner.perMinute !== undefined;
  const { pane, origin } = sessions.open(
    agentSession(id),
    {
      argv: ['bash', '-c', `${argv.join(' ')} < "$PROMPT" | tee -a "$LOG"`],
      ...{ leavesMs: shellMs, withChildren: true, rssBytes: 3.6 * megabyte, ageMs },
      origin: { agentMark },
    },
    { paceMs: isBusy ? undefined : quietMs },
  );
  const program = processes.spawn({
    ...{ argv, ppid: pane.pid, sid: pane.pid, tty: 34_816 + (pane.pid % 64), ageMs },
    leavesMs: manner.isStubborn ? undefined : 240 + chance(pane.pid) * 140,
    ...loadOf(manner, pane.pid),
  });
  const port = 8000 + (pane.pid % 1000);
  const mcp = processes.spawn({
    ...{ ...mcpOf(port), ppid: program.pid, ageMs, origin: { ...origin, programMarks } },
    ...(manner.isLeaking ? {} : { sid: pane.pid, withParent: true }),
  });
  const started = [program, pane, mcp];
  if (manner.isLeaking) timeline.after(leakMs, () => processes.exit(mcp.pid));
  if (agentMark !== undefined)
    for (const { pid } of started)
      processes.onExit(pid, () => {
        if (started.some(processes.isThere)) return;
        const again = { ...mcpOf(port), origin: { agentMark, programMarks } };
        timeline.after(restartMs, () => processes.spawn(again));
      });
  return started;
}

/** A session that its agent has left: a shell waits in it. */
export function launchShell({ processes, sessions }: Machine, id: string, ageMs: number): void {
  const base = { ageMs, leavesMs: shellMs, rssBytes: 4 * megabyte };
  const shell = { ...base, argv: ['-bash'], name: 'bash' };
  const { pane } = sessions.open(agentSession(id), shell, { paceMs: deadQuietMs });
  const argv = ['tee', '-a', '--', agentFilePath(id, 'log_file')];
  processes.spawn({ ...base, argv, ppid: pane.pid, sid: pane.pid });
}

export function mcpOf(port: number) {
  return {
    argv: mcpCommands[port % mcpCommands.length] ?? mcpCommands[0],
    ...{ ports: [port], leavesMs: mcpMs, cpuPercent: 2, rssBytes: 61 * megabyte },
  };
}

function loadOf({ isGrowing, program, perMinute }: Manner, key: number) {
  if (isGrowing) return { cpuPercent: 55, rssBytes: 60 * megabyte, growsBytes };
  const cpuPercent = perMinute === undefined ? 6 : 25 + chance(key, 2) * 70;
  const rssBytes = ((program === 'codex' ? 70 : 170) + chance(key, 1) * 150) * megabyte;
  return { cpuPercent, rssBytes };
}

/** What an agent's pane holds: a shell, its program, and an MCP server of the program. */
import type { Process, ProcessRef } from '../core/model/process.ts';
import { agentFilePath, agentSession } from '../core/registry/agent-names.ts';
import type { Manner } from './cast.ts';
import type { Machine } from './machine.ts';
import { chance, digits } from './noise.ts';
import type { Behaviour, Processes, Start } from './processes.ts';

const commands: Readonly<Record<Manner['program'], readonly string[]>> = {
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
export const shellMs = 20;
const mcpMs = 80;

/** What claude sets for every program that it starts. */
const programMarks: ReadonlyMap<string, string> = new Map([['CLAUDECODE', '1']]);

/** @returns its processes, the program first. */
export function launch(
  { timeline, processes, sessions }: Machine,
  id: string,
  manner: Manner,
  ageMs: number,
): readonly [program: ProcessRef, ...others: ProcessRef[]] {
  const { program, isStubborn, isGrowing, isLeaking, isRestarted } = manner;
  const agentMark = isRestarted ? `${id}:${digits(id.length)}` : undefined;
  const onExit = () => {
    if (!isRestarted || started.some(processes.isThere)) return;
    const again = { origin: { agentMark, programMarks } };
    timeline.after(restartMs, () => spawnMcp(processes, port, {}, again));
  };
  const argv = commands[program];
  const shell = ['bash', '-c', `${argv.join(' ')} < "$PROMPT" | tee -a "$LOG"`];
  const { process: pane, origin } = sessions.open(
    agentSession(id),
    { argv: shell, rssBytes: 3.6 * megabyte, ageMs },
    { leavesMs: shellMs, withChildren: true, origin: { agentMark }, onExit },
  );
  const { pid } = pane;
  const tty = 34_816 + (pid % 64);
  const port = 8000 + (pid % 1000);
  const agent = processes.spawn(
    { argv, ppid: pid, sid: pid, tty, ageMs, ...loadOf(manner, pid) },
    {
      leavesMs: isStubborn ? undefined : 240 + chance(pid) * 140,
      growsBytes: isGrowing ? growsBytes : undefined,
      onExit,
    },
  );
  const mcp = spawnMcp(
    processes,
    port,
    { ppid: agent.pid, sid: isLeaking ? undefined : pid, ageMs },
    { withParent: !isLeaking, origin: { ...origin, programMarks }, onExit },
  );
  const started = [agent, pane, mcp] as const;
  if (isLeaking) timeline.after(leakMs, () => processes.exit(mcp.pid));
  return started;
}

/** A session that its agent has left: a shell waits in it. */
export function launchShell({ processes, sessions }: Machine, id: string, ageMs: number): void {
  const leaves = { leavesMs: shellMs };
  const base = { ageMs, rssBytes: 4 * megabyte };
  const shell = { ...base, argv: ['-bash'], name: 'bash' };
  const { pid } = sessions.open(agentSession(id), shell, leaves).process;
  const argv = ['tee', '-a', '--', agentFilePath(id, 'log_file')];
  processes.spawn({ ...base, argv, ppid: pid, sid: pid }, leaves);
}

/** Starts an MCP server. @param port says which one, too. */
export function spawnMcp(
  processes: Processes,
  port: number,
  start: Partial<Start>,
  behaviour: Behaviour,
): Process {
  const argv = mcpCommands[port % mcpCommands.length] ?? mcpCommands[0];
  return processes.spawn(
    { argv, cpuPercent: 2, rssBytes: 61 * megabyte, ...start },
    { ports: [port], leavesMs: mcpMs, ...behaviour },
  );
}

function loadOf({ isGrowing, program, perMinute }: Manner, key: number) {
  if (isGrowing) return { cpuPercent: 55, rssBytes: 60 * megabyte };
  const cpuPercent = perMinute === 0 ? 6 : 25 + chance(key, 2) * 70;
  const rssBytes = ((program === 'codex' ? 70 : 170) + chance(key, 1) * 150) * megabyte;
  return { cpuPercent, rssBytes };
}

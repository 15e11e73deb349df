/** Takes back what a deploy made, and nothing else: in reverse order, each thing by what only this deploy
 * can have given it. After a crash the next vigil does it from the intent alone. */

import type { Reading, Row, Snapshot } from '../model/model.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import type { Host } from '../ports/host.ts';
import { failureClause } from '../ports/registry-store.ts';
import { withSockets } from '../ports/sessions.ts';
import { type AgentFileName, agentFileNamed } from '../registry/agent-names.ts';
import { localTime } from '../registry/local-time.ts';
import type { AgentFile } from '../termination/agent-files.ts';
import { planEnd } from '../termination/end-plan.ts';
import { runEnding } from '../termination/run-plan.ts';
import { dismiss } from './admission.ts';
import type { DeployFault, DeployIntent, DeployStep } from './deployment.ts';

export type Undone = {
  /** One sentence for each thing that is gone again. */
  readonly rolledBack: readonly string[];
  readonly left: readonly string[];
  /** What went wrong beside it: a log that cannot be written, one sentence each. */
  readonly troubles: readonly string[];
};

export const nothingUndone: Undone = { rolledBack: [], left: [], troubles: [] };

/** The deploy's vigil is gone: whatever it may have made is looked for. */
const anything: ReadonlySet<DeployStep> = new Set([
  'directories',
  'prompt file',
  'tmux session',
  'registries',
]);

/** @param fault what it is undone for. @param made the steps that have made something. */
export async function undoDeploy(
  tools: CommandTools,
  intent: DeployIntent,
  fault: Pick<DeployFault, 'step' | 'reason'>,
  made: ReadonlySet<DeployStep> = anything,
): Promise<Undone> {
  const { agentFiles, deployJournal } = tools.host;
  const rolledBack: string[] = [];
  const left: string[] = [];
  const troubles = new Set<string>();
  const remove = (what: string, name: AgentFileName) => {
    const file = agentFileOf(intent, name);
    note(`${what} ${file.path}`, agentFiles.remove(file));
  };
  const note = (
    what: string,
    done: { ok: true; value: boolean } | { ok: false; reason: string },
  ) => {
    if (!done.ok) left.push(`${what}: ${done.reason}`);
    else if (done.value) rolledBack.push(`Cleaned up ${what}`);
  };
  if (made.has('registries')) await unrecord(tools, intent, note);
  if (made.has('tmux session')) await endSession(tools, intent, note, troubles);
  if (made.has('prompt file')) remove('prompt file', 'prompt_file');
  if (made.has('tmux session')) remove('log', 'log_file');
  // What was cleaned up is on record where the agent's logs would be.
  if (made.has('directories') || rolledBack.length > 0)
    tellOf(tools, intent, fault, [...rolledBack, ...left]);
  // While something is left, the next vigil tries again.
  if (left.length === 0) {
    const removed = deployJournal.remove(intent);
    if (!removed.ok) left.push(`intent: ${removed.reason}`);
  }
  return { rolledBack, left, troubles: [...troubles] };
}

const mostTries = 10;
const betweenTriesMs = 100;

type Note = (
  what: string,
  done: { ok: true; value: boolean } | { ok: false; reason: string },
) => void;

async function unrecord(tools: CommandTools, intent: DeployIntent, note: Note): Promise<void> {
  const { agentId, session, taskFile, globalFile } = intent;
  const result = await tools.host.registryStore.update({
    files: [
      { path: taskFile, scope: 'task' },
      ...(globalFile === undefined ? [] : [{ path: globalFile, scope: 'global' as const }]),
    ],
    waitMs: tools.lockWaitMs,
    mutate: documents => dismiss(documents, agentId, session),
  });
  if (result.kind === 'done')
    note(`entries of ${agentId}`, { ok: true, value: result.written.length > 0 });
  else note(`entries of ${agentId}`, { ok: false, reason: failureClause(result) });
}

/** Its session and every process that carries its mark, through the one way to end a process. */
async function endSession(
  tools: CommandTools,
  intent: DeployIntent,
  note: Note,
  troubles: Set<string>,
): Promise<void> {
  const { monitor } = tools;
  // Its own server is queried too: another one may have been named since.
  const host = withSockets(tools.host, [intent.socketPath]);
  const what = `tmux session ${intent.session}`;
  const failed = (reason: string) => note(what, { ok: false, reason });
  for (let triesLeft = mostTries; ; triesLeft--) {
    const snapshot = await monitor.pollWith([intent.socketPath]);
    const inventory = monitor.inventory();
    if (inventory?.processes.ok !== true) return failed('the process table could not be read');
    const server = inventory.servers.find(each => each.path === intent.socketPath);
    const reading = server?.reading ?? notAsked(intent);
    if (!reading.ok) return failed(`${reading.reason}; the next vigil retries when tmux answers`);
    const rows = rowsOf(intent, snapshot, tools);
    const wanted = rows.map(row => ({ row, isNamed: true }));
    const plan = planEnd(snapshot, inventory, wanted, tools);
    const report = await runEnding(host, plan, { ...tools, reason: 'deploy undone' });
    for (const each of report.troubles) troubles.add(each);
    if (!report.ok) return failed(report.ends.flatMap(each => each.errors).join('; '));
    const isClosed = await closeEmptySession(host, intent);
    // A pane that was made this moment has yet to get its program, and with it the mark.
    if (isClosed.ok || triesLeft === 1)
      return note(
        what,
        isClosed.ok ? { ok: true, value: isClosed.value || rows.length > 0 } : isClosed,
      );
    await host.clock.sleep(betweenTriesMs);
  }
}

/** Who was not asked has not said that a session is not there. */
function notAsked({ socketPath }: DeployIntent): Reading<never> {
  return { ok: false, reason: `${socketPath} was not queried` };
}

/** Rows with processes of it: of the session of that name, and what has left it. */
function rowsOf(intent: DeployIntent, snapshot: Snapshot, { host, monitor }: CommandTools): Row[] {
  const servers = monitor.inventory()?.servers ?? [];
  const socket = servers.find(each => each.path === intent.socketPath)?.socket;
  const isMarked = (row: Row) => {
    const origins = host.processes.readOrigins(row.processes);
    return row.processes.some(each => origins.get(each.pid)?.agentMark === intent.mark);
  };
  return snapshot.rows.filter(row => {
    const isItsSession = row.session?.name === intent.session && row.session.socket === socket;
    const isLeftOver =
      row.session === undefined && row.agentId === undefined && row.class !== 'interactive';
    return (isItsSession || isLeftOver) && isMarked(row);
  });
}

/** A pane whose program has ended has no process that a mark could be on; nobody else has the id.
 * @returns whether it was there. */
async function closeEmptySession(host: Host, intent: DeployIntent): Promise<Reading<boolean>> {
  const server = (await host.servers.read()).find(each => each.path === intent.socketPath);
  if (server === undefined) return notAsked(intent);
  if (!server.reading.ok) return server.reading;
  const panes = server.reading.value.filter(each => each.sessionName === intent.session);
  const [pane] = panes;
  if (pane === undefined) return { ok: true, value: false };
  if (panes.some(each => !each.dead)) return { ok: false, reason: 'something else runs in it' };
  const { serverPid, sessionId, sessionName, createdAt } = pane;
  const ref = { socketPath: server.path, serverPid, id: sessionId, name: sessionName, createdAt };
  return host.sessions.kill(ref);
}

function tellOf(
  { host }: CommandTools,
  intent: DeployIntent,
  { step, reason }: Pick<DeployFault, 'step' | 'reason'>,
  cleanup: readonly string[],
): void {
  const report = {
    success: false,
    agent_id: intent.agentId,
    failed_at: localTime(host.clock.now()),
    step,
    error: reason,
    cleanup_performed: true,
    cleanup,
  };
  const file = agentFileOf(intent, 'deploy_log');
  // A full disk does not keep anything from being undone.
  host.agentFiles.remove(file);
  host.agentFiles.create(file, `${JSON.stringify(report, null, 2)}\n`);
}

/** One of the files of the agent that a deploy is of. */
export function agentFileOf(
  { workspace, task, agentId }: Pick<DeployIntent, 'workspace' | 'task' | 'agentId'>,
  name: AgentFileName,
): AgentFile {
  const { place, path } = agentFileNamed(agentId, name);
  return { workspace, task, agentId, place, path };
}

/** Rolls back a deploy in reverse order, and only things that carry its unique names or mark. After a crash the next
 * vigil does the same from the intent alone. */

import type { Reading, Row, Snapshot } from '../model/model.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import type { Host } from '../ports/host.ts';
import { failureClause } from '../ports/registry-store.ts';
import { withSockets } from '../ports/sessions.ts';
import { filesAt } from '../reconcile/apply-changes.ts';
import { type AgentFileName, agentFileNamed } from '../registry/agent-names.ts';
import { localTime } from '../registry/local-time.ts';
import type { AgentFile } from '../termination/agent-files.ts';
import { planEnd } from '../termination/end-plan.ts';
import { runTermination } from '../termination/run-plan.ts';
import { dismiss } from './admission.ts';
import type { DeployFault, DeployIntent, DeployStep, Undone } from './deployment.ts';

/** After a crash the completed steps are unknown, so all are rolled back. */
const allSteps: ReadonlySet<DeployStep> = new Set([
  'directories',
  'prompt file',
  'tmux session',
  'registries',
]);

/** @param fault why it is rolled back. @param made completed steps. */
export async function undoDeploy(
  tools: CommandTools,
  intent: DeployIntent,
  fault: Pick<DeployFault, 'step' | 'reason'>,
  made: ReadonlySet<DeployStep> = allSteps,
): Promise<Undone> {
  const { agentFiles, deployJournal } = tools.host;
  const rolledBack: string[] = [];
  const leftovers: string[] = [];
  const warnings = new Set<string>();
  /** @param done whether something was undone, or why it could not be. */
  const note = (what: string, done: Reading<boolean>) => {
    if (!done.ok) leftovers.push(`${what}: ${done.reason}`);
    else if (done.value) rolledBack.push(`Cleaned up ${what}`);
  };
  const remove = (what: string, name: AgentFileName) => {
    const file = agentFileOf(intent, name);
    note(`${what} ${file.path}`, agentFiles.remove(file));
  };
  if (made.has('registries'))
    note(`entries of ${intent.agentId}`, await removeEntries(tools, intent));
  if (made.has('tmux session'))
    note(`tmux session ${intent.session}`, await endSession(tools, intent, warnings));
  if (made.has('prompt file')) remove('prompt file', 'prompt_file');
  if (made.has('tmux session')) remove('log', 'log_file');
  // Report the rollback in the agent's deploy log.
  if (made.has('directories') || rolledBack.length > 0)
    writeFailureLog(tools, intent, fault, [...rolledBack, ...leftovers]);
  // Keep the intent while leftovers remain: the next vigil retries.
  if (leftovers.length === 0) {
    const removed = deployJournal.remove(intent);
    if (!removed.ok) leftovers.push(`intent: ${removed.reason}`);
  }
  return { rolledBack, leftovers, warnings: [...warnings] };
}

const maxTries = 10;
const retryDelayMs = 100;

async function removeEntries(tools: CommandTools, intent: DeployIntent): Promise<Reading<boolean>> {
  const result = await tools.host.registryStore.update({
    files: filesAt(intent),
    waitMs: tools.lockWaitMs,
    mutate: documents => dismiss(documents, intent.agentId, intent.session),
  });
  return result.kind === 'done'
    ? { ok: true, value: result.written.length > 0 }
    : failed(failureClause(result));
}

/** Terminates its session and every process that carries its mark. */
async function endSession(
  tools: CommandTools,
  intent: DeployIntent,
  warnings: Set<string>,
): Promise<Reading<boolean>> {
  const { monitor } = tools;
  // Query the deploy's server too: -L or -S may select another one now.
  const host = withSockets(tools.host, [intent.socketPath]);
  for (let triesLeft = maxTries; ; triesLeft--) {
    const snapshot = await monitor.pollWith([intent.socketPath]);
    const inventory = monitor.inventory();
    if (inventory?.processes.ok !== true) return failed('the process table could not be read');
    const server = inventory.servers.find(each => each.path === intent.socketPath);
    const reading = server?.reading ?? notQueried(intent);
    if (!reading.ok) return failed(`${reading.reason}; the next vigil retries when tmux answers`);
    const wanted = rowsOf(intent, snapshot, tools).map(row => ({ row, isNamed: true }));
    const plan = planEnd(snapshot, inventory, wanted, tools);
    const report = await runTermination(host, plan, { ...tools, reason: 'deploy undone' });
    for (const each of report.warnings) warnings.add(each);
    if (!report.ok) return failed(report.ends.flatMap(each => each.errors).join('; '));
    const closed = await closeEmptySession(host, intent);
    // A pane that was just created may not run its program yet, and so has no mark: retry.
    if (closed.ok) return { ok: true, value: closed.value || wanted.length > 0 };
    if (triesLeft === 1) return closed;
    await host.clock.sleep(retryDelayMs);
  }
}

function failed(reason: string): Reading<never> {
  return { ok: false, reason };
}

/** A server that was not queried proves nothing about its sessions. */
function notQueried({ socketPath }: DeployIntent): Reading<never> {
  return failed(`${socketPath} was not queried`);
}

/** Rows with processes of the deploy: its session, and processes that left the session. */
function rowsOf(intent: DeployIntent, snapshot: Snapshot, { host, monitor }: CommandTools): Row[] {
  const servers = monitor.inventory()?.servers ?? [];
  const socket = servers.find(each => each.path === intent.socketPath)?.socket;
  const isMarked = (row: Row) => {
    const origins = host.processes.readOrigins(row.processes);
    return row.processes.some(each => origins.get(each.pid)?.agentMark === intent.mark);
  };
  return snapshot.rows.filter(row => {
    const isItsSession = row.session?.name === intent.session && row.session.socket === socket;
    const isLeftover =
      row.session === undefined && row.agentId === undefined && row.class !== 'interactive';
    return (isItsSession || isLeftover) && isMarked(row);
  });
}

/** Kills the session if its program has exited. Such a pane has no process with a mark, but the session's name is
 * unique. @returns whether it existed. */
async function closeEmptySession(host: Host, intent: DeployIntent): Promise<Reading<boolean>> {
  const servers = await host.servers.read();
  const reading = servers.find(each => each.path === intent.socketPath)?.reading;
  if (reading?.ok !== true) return reading ?? notQueried(intent);
  const panes = reading.value.filter(each => each.sessionName === intent.session);
  const [pane] = panes;
  if (pane === undefined) return { ok: true, value: false };
  if (panes.some(each => !each.dead)) return failed('something else runs in it');
  const { serverPid, sessionId, sessionName, createdAt } = pane;
  const { socketPath } = intent;
  return host.sessions.kill({ socketPath, serverPid, id: sessionId, name: sessionName, createdAt });
}

function writeFailureLog(
  { host }: CommandTools,
  intent: DeployIntent,
  { step, reason }: Pick<DeployFault, 'step' | 'reason'>,
  cleanup: readonly string[],
): void {
  const report = {
    success: false,
    agent_id: intent.agentId,
    failed_at: localTime(host.clock.now()),
    ...{ step, error: reason, cleanup_performed: true, cleanup },
  };
  const file = agentFileOf(intent, 'deploy_log');
  // Ignore errors: a full disk must not stop the rollback.
  host.agentFiles.remove(file);
  host.agentFiles.create(file, `${JSON.stringify(report, null, 2)}\n`);
}

/** A file of the deployed agent. */
export function agentFileOf(
  { workspace, task, agentId }: Pick<DeployIntent, 'workspace' | 'task' | 'agentId'>,
  name: AgentFileName,
): AgentFile {
  const { place, path } = agentFileNamed(agentId, name);
  return { workspace, task, agentId, place, path };
}

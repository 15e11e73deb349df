/** Deploys an agent: intent → directories → prompt → session → identities → still alive → registries → log →
 * intent removed. A failure, a signal or a crash rolls the completed steps back in reverse order (`undo.ts`). */
import { createProcessTree } from '../inventory/process-tree.ts';
import type { Process, Reading, RegistryScope } from '../model/model.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import { failureClause } from '../ports/registry-store.ts';
import type { StartedSession } from '../ports/sessions.ts';
import { filesAt } from '../reconcile/apply-changes.ts';
import { type AgentFileName, agentFilePath, agentSession } from '../registry/agent-names.ts';
import { localTime } from '../registry/local-time.ts';
import { admit, newAgent, whyNotAdmitted, withoutEntry } from './admission.ts';
import {
  agentIdFor,
  type DeployFault,
  type DeployIntent,
  type DeployReport,
  type DeployRequest,
  type DeployStep,
  nothingUndone,
} from './deployment.ts';
import { launchOf } from './launch.ts';
import { type DeployTarget, preflight } from './preflight.ts';
import { unfinishedShutdown } from './shutdown-journal.ts';
import { withAllOf, withDatabase } from './task-content.ts';
import { agentFileOf, undoDeploy } from './undo.ts';

/** A program that fails to start exits within this time. */
const probationMs = 700;
const pollIntervalMs = 100;

/** Aborts a deploy. */
class Fault extends Error {
  constructor(
    readonly step: DeployStep,
    reason: string,
    readonly kind: DeployFault['kind'] = 'failed',
  ) {
    super(reason);
  }
}

/** @param stopping when aborted, the deploy stops and is rolled back. */
export async function deploy(
  tools: CommandTools,
  request: DeployRequest,
  stopping: AbortSignal,
): Promise<DeployReport> {
  const { clock, control, deployJournal, machine } = tools.host;
  const startedAt = clock.steadyNow();
  const reportOf = (made: Partial<DeployReport>): DeployReport => ({
    ...{ processes: [], files: [], ...nothingUndone, ...made },
    durationMs: Math.round(clock.steadyNow() - startedAt),
  });
  const target = await preflight(tools, request);
  if (target.kind !== 'ok') return reportOf({ fault: { ...target, step: 'pre-flight' } });
  const { workspace, directory, taskFile, globalFile, databaseFile } = target;
  const at = clock.now();
  const random = deployJournal.random();
  const agentId = agentIdFor(request.type, at, random);
  const intent: DeployIntent = {
    ...{ agentId, workspace, task: directory, taskFile, globalFile, databaseFile },
    session: agentSession(agentId),
    socketPath: request.socketPath,
    mark: `${agentId}:${random}`,
    by: { ...control.self(), bootId: machine.bootId },
    at,
  };
  const made = new Set<DeployStep>();
  try {
    const result = await build({ tools, request, target, intent, made, stopping });
    const { task, session } = intent;
    tools.host.auditLog.write({
      ...{
        event: 'deploy',
        target: `agent:${agentId}`,
        agentId,
        task,
        session,
        outcome: 'started',
      },
    });
    return reportOf({ ...result, agentId });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const fault = { step: error.step, kind: error.kind, reason: error.message };
    return reportOf({ ...(await undoDeploy(tools, intent, fault, made)), agentId, fault });
  }
}

type Deploy = {
  readonly tools: CommandTools;
  readonly request: DeployRequest;
  readonly target: DeployTarget;
  readonly intent: DeployIntent;
  /** Completed steps, and those to roll back in any case. */
  readonly made: Set<DeployStep>;
  readonly stopping: AbortSignal;
};

async function build(deploy: Deploy) {
  const { tools, request, target, intent, made, stopping } = deploy;
  const { agentFiles, clock, deployJournal, sessions, shutdownJournal, workspaceFiles } =
    tools.host;
  /** Runs a step unless a signal arrived, and notes it for the rollback. */
  const step = async <T>(name: DeployStep, work: () => Reading<T> | Promise<Reading<T>>) => {
    if (stopping.aborted) throw new Fault(name, 'stopped by a signal', 'interrupted');
    const result = await work();
    if (!result.ok) throw new Fault(name, result.reason);
    made.add(name);
    return result.value;
  };
  const create = (name: AgentFileName, content: string) =>
    agentFiles.create(agentFileOf(intent, name), content);

  await step('intent', () => deployJournal.write(intent));
  // A shutdown closes the workspace before it reads intents, so one of the two always sees the other.
  const closed = unfinishedShutdown(shutdownJournal.read(intent.workspace));
  if (closed !== undefined) throw new Fault('intent', closed, 'refused');
  await step('directories', () =>
    workspaceFiles.ensureAgentDirectories(intent.workspace, intent.task),
  );
  await step('prompt file', () => create('prompt_file', request.prompt));
  const session = await step('tmux session', () => {
    // An unresponsive server may still create the session later, so roll it back in any case.
    made.add('tmux session');
    return sessions.start(launchOf(request, intent, target));
  });
  await step('identities', () => membersOf(tools, session));
  const processes = await step('still alive', () => awaitProbation(tools, session, stopping));
  await step('registries', () => {
    // One file may be written before the other fails, so roll back in any case.
    made.add('registries');
    return record(deploy, processes);
  });
  const report = {
    success: true,
    agent_id: intent.agentId,
    deployed_at: localTime(clock.now()),
    tmux_session: intent.session,
    command: request.command,
    pid: session.panePid,
  };
  await step('deploy log', () => create('deploy_log', `${JSON.stringify(report, null, 2)}\n`));
  await step('finish', async () => {
    const isFree = await sessions.clearRemainOnExit(session);
    return isFree.ok ? deployJournal.remove(intent) : isFree;
  });
  const fileOf = (kind: 'prompt' | 'log', name: AgentFileName) => ({
    path: `${intent.workspace}/${intent.task}/${agentFilePath(intent.agentId, name)}`,
    kind,
  });
  return {
    session: intent.session,
    processes,
    files: [
      fileOf('prompt', 'prompt_file'),
      fileOf('log', 'log_file'),
      fileOf('log', 'deploy_log'),
    ],
  };
}

/** The pane process and its descendants. */
async function membersOf(
  { host }: CommandTools,
  { panePid }: StartedSession,
): Promise<Reading<readonly Process[]>> {
  const reading = await host.processes.read();
  if (!reading.ok) return reading;
  const tree = createProcessTree(reading.value);
  const root = tree.byPid.get(panePid);
  return { ok: true, value: root === undefined ? [] : tree.subtreeOf(root) };
}

/** The processes running after the probation, or the last output if the program exited. */
async function awaitProbation(
  tools: CommandTools,
  session: StartedSession,
  stopping: AbortSignal,
): Promise<Reading<readonly Process[]>> {
  const { clock, sessions } = tools.host;
  const until = clock.steadyNow() + probationMs;
  for (;;) {
    await clock.sleep(pollIntervalMs, stopping);
    if (stopping.aborted) throw new Fault('still alive', 'stopped by a signal', 'interrupted');
    const screen = await sessions.readScreen(session);
    if (!screen.ok) return { ok: false, reason: `its session is gone: ${screen.reason}` };
    if (screen.value.isDead) {
      const words = screen.value.lines.slice(-2).join(' ');
      return { ok: false, reason: `its program exited at once${words && `: ${words}`}` };
    }
    if (clock.steadyNow() >= until) return membersOf(tools, session);
  }
}

/** Adds the entries under all locks, after checking the limits again. */
async function record(
  { tools: { host, lockWaitMs }, request, intent }: Deploy,
  processes: readonly Process[],
): Promise<Reading<true>> {
  const agent = newAgent(request, intent, processes, localTime(host.clock.now()));
  let refused: string | undefined;
  let isAdmitted = false;
  const result = await host.registryStore.update({
    files: filesAt(intent),
    waitMs: lockWaitMs,
    mutate: documents => {
      const content = (scope: RegistryScope) =>
        documents.find(document => document.scope === scope)?.content;
      const [task, database] = [content('task'), content('database')];
      const own = withDatabase(task, database, task?.task ?? agent.task);
      const all = withAllOf(content('global'), database);
      if (!isAdmitted) refused = whyNotAdmitted(own, all, agent);
      if (refused !== undefined) return [];
      // Another program's write may have removed the entry from one registry again.
      const changes = admit(isAdmitted ? withoutEntry(documents, agent.id) : documents, agent);
      isAdmitted = changes !== undefined;
      if (changes === undefined)
        refused = 'a registry cannot take it: "agents" is missing or has an unexpected type';
      return changes ?? [];
    },
  });
  if (refused !== undefined) throw new Fault('registries', refused, 'refused');
  if (result.kind === 'done') return { ok: true, value: true };
  return { ok: false, reason: `${result.path}: ${failureClause(result)}` };
}

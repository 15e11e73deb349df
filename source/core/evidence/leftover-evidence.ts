/** Evidence for and against a process being a leftover of a terminated agent. */

import type { Observation } from '../inventory/draft.ts';
import { isAlive, type Scene } from '../inventory/scene.ts';
import type { Process } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import { startedByAgentMarks } from '../programs/program-marks.ts';
import { isDetached, lostParent, markThatParentLacks } from './adoption.ts';
import { contradiction, doubt, type Evidence, hint, proof } from './evidence.ts';
import { leakOf, mayHaveLeaked } from './leaks.ts';
import { isProofOfOwner } from './leftover-confidence.ts';
import { namedOwner, olderAgentOfPane } from './owner-marks.ts';

/** @returns the evidence on a process without a living owner, before anything is opened; undefined if it is
 * no candidate.
 * @param known how a terminated owner is known, if there is one. */
export function candidateEvidence(
  process: Process,
  observation: Observation,
  known?: Evidence,
): readonly Evidence[] | undefined {
  const { scene } = observation;
  const marks = markEvidence(process, observation);
  // Its mark names a living agent.
  if (marks === undefined) return undefined;
  const names = known === undefined ? nameEvidence(process, scene) : [known];
  if (marks.length + names.length === 0) return undefined;
  const lost = lostParent(process, scene);
  const isNamed = known?.strength === 'proof' || marks.some(isProofOfOwner);
  if (isBelowAgent(process, scene)) return undefined;
  if (lost === undefined && !isNamed && !mayHaveLed(process, names)) return undefined;
  const found = [...names, ...marks, ...contradictions(process, observation)];
  const shared = known?.kind === 'exact-mark' && mayHaveLeaked('VIGIL_AGENT', process, scene);
  if (shared) found.push(shared);
  if (!marks.some(isProofOfOwner)) found.push(...unqueriedServer(process, scene));
  if (lost !== undefined) found.push(lost);
  // Without a usable session it may have been started where it is: only a dead end would prove otherwise.
  else if (!isNamed && scene.tree.parentOf(process) === undefined)
    found.push(doubt('started-not-adopted', 'it leads its own session, with no visible parent'));
  return found;
}

/** Below a living agent: it is no leftover, whatever a mark or a record claims. */
function isBelowAgent(process: Process, scene: Scene): boolean {
  const isAgent = (each: Process) => ['agent', 'host'].includes(scene.kindOf(each).kind);
  return scene.tree.ancestorsOf(process).some(each => isAgent(each) && isAlive(each));
}

/** Servers are started in sessions of their own, so a lost parent cannot be detected by session; only a dead
 * end of their streams proves it. */
function mayHaveLed(process: Process, names: readonly Evidence[]): boolean {
  return process.sid === process.pid && names.some(({ kind }) => kind === 'server-name');
}

/** @returns undefined if a mark names a living agent, which then owns it. */
function markEvidence(process: Process, observation: Observation): readonly Evidence[] | undefined {
  const { scene } = observation;
  const { programMarks } = scene.originOf(process);
  if (programMarks === undefined || programMarks.size === 0) return [];
  const leak = (name: string) =>
    leakOf(name, process, scene, observation.attribution.homes.isUsersPane);
  const owner = namedOwner(process, scene);
  const found: Evidence[] = [];
  if (owner !== undefined && leak(owner.mark) === undefined) {
    if (owner.kind === 'alive') return undefined;
    if (owner.kind === 'gone') {
      const text = `${owner.mark} names pid ${owner.pid}, which is gone`;
      const shared = mayHaveLeaked(owner.mark, process, scene);
      return shared === undefined
        ? [proof('exact-mark', text)]
        : [hint('program-mark', text), shared];
    }
    found.push(doubt('exact-mark', `${owner.mark} names pid ${owner.pid}, which may be alive`));
  }
  for (const name of programMarks.keys()) {
    const leaked = leak(name);
    if (leaked !== undefined) return [leaked];
    const isTelling = startedByAgentMarks.some(each => each === name);
    if (isTelling && !found.some(({ kind }) => kind === 'program-mark'))
      found.push(hint('program-mark', `its environment has ${name}: started by an agent program`));
  }
  const [first = ''] = programMarks.keys();
  const shared = mayHaveLeaked(first, process, scene);
  if (shared !== undefined) found.push(shared);
  if (!found.some(({ kind }) => kind === 'program-mark'))
    found.push(hint('program-mark', `its environment has ${first}, which agent programs set`));
  return found;
}

/** Evidence from its own name or, for a launcher or a shell with a command, from the server below it. (An
 * agent program below a script belongs to the script, which may be a user's.) */
function nameEvidence(process: Process, scene: Scene): readonly Evidence[] {
  const own = nameHint(process, scene);
  if (own !== undefined) return [own];
  const { kind } = scene.kindOf(process);
  if (kind !== 'launcher' && kind !== 'shell' && kind !== 'wrapper') return [];
  for (const child of scene.tree.subtreeOf(process).slice(1)) {
    const found = nameHint(child, scene);
    if (found?.kind === 'server-name' && scene.originOf(child).isNamespaced !== true)
      return [hint(found.kind, `it started ${describeProcess(child)}: ${found.text}`)];
  }
  return [];
}

function nameHint(process: Process, scene: Scene): Evidence | undefined {
  const kind = scene.kindOf(process);
  switch (kind.kind) {
    case 'mcp':
      return hint('server-name', 'an MCP server, started by an agent');
    case 'agent shell':
      return hint('program-name', `a background shell of ${kind.program}`);
    case 'agent':
      return hint('program-name', `agent program ${kind.program}`);
    default:
      return undefined;
  }
}

function contradictions(process: Process, { scene }: Observation): readonly Evidence[] {
  const found: Evidence[] = [];
  const origin = scene.originOf(process);
  const program = scene.usersProgramOf(process);
  // Most processes have only a table entry: they inherit the namespace and unit of an ancestor.
  const line = [process, ...scene.tree.ancestorsOf(process)];
  if (line.some(each => scene.originOf(each).isNamespaced === true))
    found.push(contradiction('other-namespace', 'runs in another pid namespace (a container)'));
  if (program !== undefined) found.push(contradiction('peoples-program', `it is ${program}`));
  if (origin.service !== undefined)
    found.push(contradiction('unit', `run by the systemd service ${origin.service}`));
  const terminal = usersTerminal(process, scene);
  if (terminal !== undefined) found.push(terminal);
  return found;
}

/** A running server that was not queried may still hold its agent. */
function unqueriedServer(process: Process, scene: Scene): readonly Evidence[] {
  const server = scene.tree.byPid.get(scene.originOf(process).tmux?.serverPid ?? 0);
  if (server === undefined || scene.kindOf(server).kind !== 'tmux server') return [];
  if (scene.panes.some(({ pane }) => pane.serverPid === server.pid)) return [];
  return [
    doubt('unread', `tmux server pid ${server.pid}, which may run its agent, was not queried`),
  ];
}

/** On a terminal that is no tmux pane's and whose session it leads or descends from: the other end is open,
 * or the terminal would be gone. If a leftover started that session, the process belongs to the leftover. */
function usersTerminal(process: Process, scene: Scene): Evidence | undefined {
  if (process.tty === 0) return undefined;
  const line = [process, ...scene.tree.ancestorsOf(process)];
  const leader = line.find(each => each.pid === process.sid);
  const isPane = scene.panes.some(({ root }) => root?.tty === process.tty);
  // A process that init adopted in a container shares its session and is on its agent's terminal.
  if (leader === undefined || isPane || isDetached(process, scene.tree)) return undefined;
  const starter = scene.tree.parentOf(leader);
  if (starter !== undefined && lostParent(starter, scene) !== undefined)
    if ((scene.originOf(starter).programMarks?.size ?? 0) > 0) return undefined;
  return contradiction(
    'peoples-terminal',
    `on the terminal of ${describeProcess(leader)}, which is open`,
  );
}

/** Evidence from its open files, once read. */
export function openEvidence(process: Process, observation: Observation): readonly Evidence[] {
  const { scene } = observation;
  const open = scene.descriptorsOf(process);
  if (!open.isRead)
    return [hint('unread', 'its open files cannot be read'), ...startedBelow(process, scene)];
  const found: Evidence[] = [];
  const isMcp = scene.kindOf(process).kind === 'mcp';
  if (open.peer === 'gone' || (open.isInputGone && isMcp))
    found.push(proof('peer-gone', 'the other end of its standard streams is gone'));
  if (open.isTerminalDeleted)
    found.push(proof('terminal-deleted', 'its standard streams are on a terminal that is gone'));
  const { programMarks } = scene.originOf(process);
  const isMarked = programMarks !== undefined && programMarks.size > 0;
  if (isMarked && !open.isListening) found.push(...paneMark(process, observation));
  if (open.isListening && !open.isFed)
    found.push(doubt('service', 'listens on a port, like a service'));
  if (process.tty === 0 && !isMarked && open.writesToFile)
    found.push(
      doubt('writes-to-file', 'detached, with output to a file, like a background job of a user'),
    );
  return [...found, ...startedBelow(process, scene)];
}

/** An ancestor may have started it in a session of its own. */
function startedBelow(process: Process, scene: Scene): readonly Evidence[] {
  const parent = scene.tree.parentOf(process);
  if (process.sid !== process.pid || parent === undefined) return [];
  if (markThatParentLacks(process, parent, scene) !== undefined) return [];
  const text = `it leads its own session below ${describeProcess(parent)}, which may have started it`;
  return [doubt('started-not-adopted', text)];
}

/** A program mark that neither the pane's first process nor its server carries was set by an agent in that
 * pane, and no agent older than the carrier is left there. */
function paneMark(process: Process, { scene }: Observation): readonly Evidence[] {
  const origin = scene.originOf(process);
  const server = scene.tree.byPid.get(origin.tmux?.serverPid ?? 0);
  if (process.tty !== 0 || origin.tmuxPane === undefined || server === undefined) return [];
  if (scene.kindOf(server).kind !== 'tmux server' || scene.originOf(server).isUnread) return [];
  // The panes of a server that was not queried are unknown.
  if (!scene.panes.some(({ pane: { serverPid } }) => serverPid === server.pid)) return [];
  // An agent that left its pane, or runs in a multiplexer there, may have started it.
  if (olderAgentOfPane(process, scene) !== undefined) return [];
  const pane = scene.paneNamedBy(origin);
  const where = `pane ${origin.tmuxPane}`;
  const marked = (text: string) => [
    proof('pane-mark', `its mark was set by an agent in ${where}, ${text}`),
  ];
  if (pane?.root === undefined) return marked('which is gone');
  if (scene.originOf(pane.root).isUnread === true) return [];
  return marked('which has no agent that old any more');
}

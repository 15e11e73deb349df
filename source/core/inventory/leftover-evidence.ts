/** What speaks for a process being left over by an agent that is gone, and what speaks against it. */
import {
  contradiction,
  doubt,
  type Evidence,
  hasStrength,
  hint,
  proof,
} from '../evidence/evidence.ts';
import type { Confidence, Process } from '../model.ts';
import { isDetached, lostParent, markThatParentLacks } from './adoption.ts';
import type { Look } from './draft.ts';
import { leakOfProgramMark } from './leaks.ts';
import { namedOwner } from './owner-marks.ts';
import { agentIn } from './pane-proofs.ts';
import { describeProcess } from './process-name.ts';
import { startedByAgentMarks } from './program-marks.ts';
import type { Scene } from './scene.ts';

/** @returns what is known of a process that nobody alive owns without opening anything; nothing where it is no
 * candidate. @param known what an owner that is gone is known by, where there is one. */
export function candidateEvidence(
  process: Process,
  look: Look,
  known?: Evidence,
): readonly Evidence[] | undefined {
  const { scene } = look;
  const marks = markEvidence(process, look);
  // Its mark names an agent that is alive.
  if (marks === undefined) return undefined;
  const names = known === undefined ? nameEvidence(process, scene) : [known];
  if (marks.length + names.length === 0) return undefined;
  const lost = lostParent(process, scene);
  const isNamed = known?.strength === 'proof' || marks.some(each => each.kind === 'exact-mark');
  if (lost === undefined && !isNamed) return undefined;
  const found = [...names, ...marks, ...contradictions(process, look), ...unasked(process, scene)];
  if (lost !== undefined) found.push(lost);
  return found;
}

/** What is decided already is not looked at any further. */
export function isDecided(evidence: readonly Evidence[]): boolean {
  return hasStrength(evidence, 'contradiction') || evidence.some(isProofOfOwner);
}

/** Proven: an owner that is gone, or a mark of the pane that only an agent there can have set; or a hint with a
 * dead end, and no doubt. Suspected: hints without a doubt. Nothing speaks against either. */
export function confidenceOf(evidence: readonly Evidence[]): Confidence | undefined {
  if (hasStrength(evidence, 'contradiction')) return undefined;
  if (evidence.some(each => isProofOfOwner(each) || isKind(each, 'pane-mark'))) return 'proven';
  const isDeadEnd = (each: Evidence) =>
    isKind(each, 'peer-gone') || isKind(each, 'terminal-deleted');
  const isLeft = evidence.some(isDeadEnd);
  const doubts = evidence.filter(each => each.strength === 'doubt');
  const standing = evidence.some(each => isKind(each, 'peer-gone'))
    ? doubts.filter(each => each.kind !== 'started-not-adopted')
    : doubts;
  if (standing.length > 0) return undefined;
  return isLeft ? 'proven' : 'suspected';
}

const ownerKinds: ReadonlySet<Evidence['kind']> = new Set([
  'exact-mark',
  'recorded-identity',
  'lineage',
  'tree',
  'process-session',
  'own-pane',
  'own-file',
  'pane-option',
  'session-of-birth',
  'session-name',
  'cgroup',
  'kill-journal',
]);

function isProofOfOwner({ kind, strength }: Evidence): boolean {
  return strength === 'proof' && ownerKinds.has(kind);
}

function isKind(evidence: Evidence, kind: Evidence['kind']): boolean {
  return evidence.kind === kind && evidence.strength === 'proof';
}

/** @returns nothing where a mark names an agent that is alive: it is that one's. */
function markEvidence(process: Process, look: Look): readonly Evidence[] | undefined {
  const { scene } = look;
  const { programMarks } = scene.originOf(process);
  if (programMarks === undefined || programMarks.size === 0) return [];
  const leak = (name: string) =>
    leakOfProgramMark(name, process, scene, look.attribution.isPersons);
  const owner = namedOwner(process, scene);
  const found: Evidence[] = [];
  if (owner !== undefined && leak(owner.mark) === undefined) {
    if (owner.kind === 'alive') return undefined;
    if (owner.kind === 'gone')
      return [proof('exact-mark', `${owner.mark} names pid ${owner.pid}, which is gone`)];
  }
  for (const name of programMarks.keys()) {
    const leaked = leak(name);
    if (leaked !== undefined) return [leaked];
    const isTelling = startedByAgentMarks.some(each => each === name);
    if (isTelling && found.length === 0)
      found.push(hint('program-mark', `it carries ${name}, so an agent program started it`));
  }
  const [first] = programMarks.keys();
  if (found.length === 0)
    found.push(hint('program-mark', `it carries ${first}, which agent programs set`));
  return found;
}

/** What its own name says, or, of a launcher and a shell that carries a command, what is below it. */
function nameEvidence(process: Process, scene: Scene): readonly Evidence[] {
  const own = nameHint(process, scene);
  if (own !== undefined) return [own];
  const { kind } = scene.kindOf(process);
  if (kind !== 'launcher' && kind !== 'shell' && kind !== 'wrapper') return [];
  for (const child of scene.tree.subtreeOf(process).slice(1)) {
    const found = nameHint(child, scene);
    if (found !== undefined)
      return [hint(found.kind, `it started ${describeProcess(child)}: ${found.text}`)];
  }
  return [];
}

function nameHint(process: Process, scene: Scene): Evidence | undefined {
  const kind = scene.kindOf(process);
  switch (kind.kind) {
    case 'mcp':
      return hint('server-name', 'an MCP server, which serves the agent that started it');
    case 'agent shell':
      return hint('program-name', `a background shell of ${kind.program}`);
    case 'agent':
      return hint('program-name', `agent program ${kind.program}`);
    default:
      return undefined;
  }
}

function contradictions(process: Process, { scene }: Look): readonly Evidence[] {
  const found: Evidence[] = [];
  const origin = scene.originOf(process);
  const program = scene.peoplesProgramOf(process);
  if (origin.isNamespaced === true)
    found.push(contradiction('other-namespace', 'it runs in another pid namespace: a container'));
  if (program !== undefined)
    found.push(contradiction('peoples-program', `it is ${program}, whatever started it`));
  if (origin.service !== undefined)
    found.push(contradiction('unit', `run by the systemd service ${origin.service}`));
  const terminal = peoplesTerminal(process, scene);
  if (terminal !== undefined) found.push(terminal);
  return found;
}

/** A server that lives and was not asked may still have its agent. */
function unasked(process: Process, scene: Scene): readonly Evidence[] {
  const server = scene.tree.byPid.get(scene.originOf(process).tmux?.serverPid ?? 0);
  if (server === undefined || scene.kindOf(server).kind !== 'tmux server') return [];
  if (scene.panes.some(({ pane }) => pane.serverPid === server.pid)) return [];
  return [
    doubt('unread', `tmux server pid ${server.pid}, which may have its agent, was not asked`),
  ];
}

/** On a terminal whose session it leads or descends from, and that is no tmux pane's: something that lives holds
 * its other end, or the terminal would be gone. Where what started the session is a leftover itself, it is
 * that one's. */
function peoplesTerminal(process: Process, scene: Scene): Evidence | undefined {
  if (process.tty === 0) return undefined;
  const line = [process, ...scene.tree.ancestorsOf(process)];
  const leader = line.find(each => each.pid === process.sid);
  const isPane = scene.panes.some(({ root }) => root?.tty === process.tty);
  // What init has adopted in a container shares its session, and is on its agent's terminal.
  if (leader === undefined || isPane || isDetached(process, scene.tree)) return undefined;
  const starter = scene.tree.parentOf(leader);
  if (starter !== undefined && lostParent(starter, scene) !== undefined)
    if ((scene.originOf(starter).programMarks?.size ?? 0) > 0) return undefined;
  return contradiction(
    'peoples-terminal',
    `on the terminal of ${describeProcess(leader)}, which is open`,
  );
}

/** What its open files say, once they are read. */
export function openEvidence(process: Process, look: Look): readonly Evidence[] {
  const { scene } = look;
  const open = scene.descriptorsOf(process);
  if (!open.isRead) return [hint('unread', 'what it has open cannot be read')];
  const found: Evidence[] = [];
  const isMcp = scene.kindOf(process).kind === 'mcp';
  if (open.peer === 'gone' || (open.isInputGone && isMcp))
    found.push(proof('peer-gone', 'what was at the other end of its standard streams is gone'));
  if (open.isTerminalDeleted)
    found.push(proof('terminal-deleted', 'its standard streams are on a terminal that is gone'));
  const { programMarks } = scene.originOf(process);
  const isMarked = programMarks !== undefined && programMarks.size > 0;
  if (isMarked && !open.isListening) found.push(...paneMark(process, look));
  if (open.isListening && !open.isFed)
    found.push(doubt('service', 'it listens on a port, as a service does'));
  if (process.tty === 0 && !isMarked && open.writesToFile)
    found.push(
      doubt('writes-to-file', 'detached, with its output in a file, as a person’s own job'),
    );
  const parent = scene.tree.parentOf(process);
  const leadsBelow = process.sid === process.pid && parent !== undefined;
  if (leadsBelow && markThatParentLacks(process, parent, scene) === undefined)
    found.push(
      doubt(
        'started-not-adopted',
        `it leads its own session below ${describeProcess(parent)}, which may have started it`,
      ),
    );
  return found;
}

/** A program mark that neither the pane's first process nor its server carries was set by an agent in that
 * pane, and none that is older than the bearer is there any more. */
function paneMark(process: Process, { scene }: Look): readonly Evidence[] {
  const origin = scene.originOf(process);
  const server = scene.tree.byPid.get(origin.tmux?.serverPid ?? 0);
  if (process.tty !== 0 || origin.tmuxPane === undefined || server === undefined) return [];
  if (scene.kindOf(server).kind !== 'tmux server' || scene.originOf(server).isUnread) return [];
  const pane = scene.paneNamedBy(origin);
  const where = `pane ${origin.tmuxPane}`;
  const marked = (text: string) => [
    proof('pane-mark', `its mark was set by an agent in ${where}, ${text}`),
  ];
  if (pane?.root === undefined) return marked('which is gone');
  if (scene.originOf(pane.root).isUnread === true) return [];
  const agent = agentIn(pane, scene);
  const isOlder = agent !== undefined && agent.startedAt <= process.startedAt;
  return isOlder ? [] : marked('where no agent that old is any more');
}

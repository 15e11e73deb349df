/** Processes left behind by an agent that is gone. A program's name alone proves nothing: it takes
 * an orphan parent, and evidence of an owner that is dead or absent. */
import { identityOf, type Process } from '../model.ts';
import type { Lineage } from './attribute.ts';
import { type Draft, type Look, nameOf, rowProcesses, sums } from './draft.ts';
import { isPresent, whyAbsenceIsUnproven } from './judge-agents.ts';
import { whyUnreadable } from './judge-unrecorded.ts';
import { isAlive, isOurs, isReparented, type Scene } from './scene.ts';

/** @returns one row for each topmost left-over, with everything below it. */
export function judgeLeftOvers(look: Look, lineage: Lineage): Draft[] {
  const found = findLeftOvers(look, lineage);
  const roots = [...found].filter(([process]) =>
    look.scene.tree.ancestorsOf(process).every(parent => !found.has(parent)),
  );
  const unreadable = whyUnreadable(look);
  return roots.map(([root, finding]) => {
    const members = look.scene.tree
      .subtreeOf(root, process => isFreeBelow(process, finding.owner, look))
      .filter(isAlive);
    const parent = look.scene.tree.byPid.get(root.ppid);
    const doubt = unreadable ?? doubtAbout(finding.owner, look);
    return {
      class: doubt === undefined ? 'orphan' : 'unknown',
      key: `process:${identityOf(root)}`,
      type: typeOf(root, look.scene),
      parent: finding.owner?.startsWith('agent:')
        ? finding.owner.slice('agent:'.length)
        : undefined,
      processes: rowProcesses(members, look),
      ...sums(members),
      startedAt: root.startedAt,
      evidence: [
        nameOf(root),
        parent === undefined
          ? `its parent pid ${root.ppid} is gone`
          : `its parent now is ${nameOf(parent)}`,
        ...finding.evidence,
        ...(doubt === undefined ? [] : [doubt]),
      ],
      youngest: root.startedAt,
    } satisfies Draft;
  });
}

/** Whose absence is not proven may have left nothing behind. */
function doubtAbout(owner: string | undefined, { scene }: Look): string | undefined {
  const record = scene.records.find(each => each.key === owner);
  const doubt = record === undefined ? undefined : whyAbsenceIsUnproven(record, scene);
  return doubt === undefined ? undefined : `its owner may be there: ${doubt}`;
}

type Finding = { readonly owner?: string; readonly evidence: readonly string[] };

function findLeftOvers(look: Look, lineage: Lineage): Map<Process, Finding> {
  const { scene, attribution } = look;
  const present = presentOwners(look);
  const found = new Map<Process, Finding>();
  for (const process of scene.processes) {
    if (!isAlive(process) || !isOurs(process, scene.machine) || scene.own.has(process.pid))
      continue;
    const { kind } = scene.kindOf(process);
    if (kind === 'tmux server' || kind === 'infrastructure') continue;
    const membership = attribution.memberships.get(process.pid);
    if (membership !== undefined) {
      if (present.has(membership.owner)) continue;
      found.set(process, {
        owner: membership.owner,
        evidence: [`it was started by ${membership.owner}, which is gone: ${membership.reason}`],
      });
      continue;
    }
    const past = lineage.get(identityOf(process));
    if (past !== undefined && !present.has(past.owner))
      found.set(process, {
        owner: past.owner,
        evidence: [`it was started by ${past.owner}, which is gone: seen before: ${past.reason}`],
      });
    else if (isReparented(process, scene)) {
      const evidence = unownedEvidence(process, look);
      if (evidence !== undefined) found.set(process, { evidence });
    }
  }
  return found;
}

/** Row keys whose agent, session or root process is there. */
function presentOwners(look: Look): ReadonlySet<string> {
  const present = new Set(look.scene.sessions.map(session => session.key));
  for (const record of look.scene.records) if (isPresent(record, look)) present.add(record.key);
  for (const process of look.scene.processes)
    if (isAlive(process)) present.add(`process:${identityOf(process)}`);
  return present;
}

/** What says that a reparented process nobody owns was an agent's and that its owner is gone. */
function unownedEvidence(process: Process, look: Look): string[] | undefined {
  const { scene } = look;
  const kind = scene.kindOf(process);
  const origin = scene.originOf(process);
  const owner = ownerOutlook(process, look);
  if (owner.mayLive) return undefined;
  if (origin.programMark !== undefined)
    return [`it carries ${origin.programMark}, so an agent program started it`, owner.evidence];
  if (origin.service !== undefined) return undefined;
  if (kind.kind === 'mcp')
    return ['an MCP server, which serves the agent that started it', owner.evidence];
  if (kind.kind === 'agent shell') return [`a background shell of ${kind.program}`, owner.evidence];
  // A program whose terminal's shell still lives is somebody's, however it was put there.
  const leader = scene.tree.byPid.get(process.sid);
  const isOnTerminal = process.tty !== 0 && leader !== undefined && leader !== process;
  if (kind.kind === 'agent' && !isOnTerminal)
    return [`agent program ${kind.program} without a terminal of its own`, owner.evidence];
  return undefined;
}

type Outlook = { readonly mayLive: boolean; readonly evidence: string };

/** Whether whoever started it may still be there: its pane and an agent in it, or an agent of the
 * same session id, or (for a process without a pane) any older agent outside tmux. */
function ownerOutlook(process: Process, look: Look): Outlook {
  const { scene, attribution } = look;
  const { tmux, tmuxPane, programMark } = scene.originOf(process);
  if (tmux !== undefined) {
    const found = attribution.paneOf(process);
    if (found !== undefined) {
      const root = found.pane.dead ? undefined : scene.tree.byPid.get(found.pane.panePid);
      const inPane = root === undefined ? [] : scene.tree.subtreeOf(root);
      return {
        mayLive: inPane.some(each => each !== process && scene.kindOf(each).kind === 'agent'),
        evidence: `its pane ${found.pane.paneId} has no agent any more`,
      };
    }
    const server = scene.tree.byPid.get(tmux.serverPid);
    const wasAsked = scene.sessions.some(session =>
      session.panes.some(pane => pane.serverPid === tmux.serverPid),
    );
    const isServer = server !== undefined && scene.kindOf(server).kind === 'tmux server';
    return {
      mayLive: isServer && !wasAsked,
      evidence: isServer
        ? `its tmux pane ${tmuxPane ?? ''} is gone`
        : `its tmux server pid ${tmux.serverPid} is gone`,
    };
  }
  const peers = scene.processes.filter(
    each =>
      each !== process &&
      scene.kindOf(each).kind === 'agent' &&
      each.startedAt <= process.startedAt &&
      isAlive(each) &&
      (each.sid === process.sid ||
        (programMark !== undefined && scene.originOf(each).tmux === undefined)),
  );
  return { mayLive: peers.length > 0, evidence: 'no agent that could have started it is alive' };
}

/** Below a left-over everything is left over that belongs to nobody else. */
function isFreeBelow(process: Process, owner: string | undefined, look: Look): boolean {
  if (look.scene.own.has(process.pid)) return false;
  const { kind } = look.scene.kindOf(process);
  if (kind === 'tmux server' || kind === 'infrastructure') return false;
  const membership = look.attribution.memberships.get(process.pid);
  return membership === undefined || membership.owner === owner;
}

function typeOf(process: Process, scene: Scene): string {
  const kind = scene.kindOf(process);
  if (kind.kind === 'agent') return kind.program;
  return kind.kind === 'mcp' ? 'mcp' : process.name;
}

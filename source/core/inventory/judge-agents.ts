/** The verdict on every agent that a registry records: live, undead, ghost, husk, ended, unknown. */
import type { Process, RowClass } from '../model.ts';
import type { AgentRecord } from '../registry/merge.ts';
import {
  type Draft,
  type Look,
  nameOf,
  recorded,
  rowProcesses,
  rowSession,
  sums,
} from './draft.ts';
import { recordedReason } from './named-owners.ts';
import { isAlive, type Scene, type Session, sessionNameOf } from './scene.ts';

export function judgeAgents(look: Look): Draft[] {
  return look.scene.records.map(record => judgeAgent(record, look));
}

/** True when the agent itself is there: its session, or an agent program of its own. What else of
 * it still runs is then a member; without it, a left-over. While it is being ended its session is gone
 * first, and whoever is left of it still is the agent. */
export function isPresent(record: AgentRecord, look: Look): boolean {
  return (
    look.attribution.sessionsOf(record).length > 0 ||
    programsOf(record, look).length > 0 ||
    (look.scene.ending.has(record.key) && membersOf(record, look).length > 0) ||
    (record.status === 'active' && ownWork(record, look).length > 0)
  );
}

/** Of an agent on record as active: processes whose identity is on record with it, and that are no helper,
 * such as an MCP server, which may well outlive it. An agent may be any program. */
function ownWork(record: AgentRecord, look: Look): Process[] {
  return membersOf(record, look).filter(process => {
    const reason = look.attribution.memberships.get(process.pid)?.reason ?? '';
    const { kind } = look.scene.kindOf(process);
    return reason.startsWith(recordedReason) && kind !== 'mcp' && kind !== 'agent shell';
  });
}

function judgeAgent(record: AgentRecord, look: Look): Draft {
  const { scene, attribution } = look;
  const sessions = attribution.sessionsOf(record);
  const members = isPresent(record, look) ? membersOf(record, look) : [];
  const verdict = verdictOn(record, look, sessions, members);
  const session = sessions[0];
  const starts = [...sessions.map(each => each.createdAt), ...members.map(each => each.startedAt)];
  const activity = [...sessions.map(each => each.activityAt), record.entry.lastUpdateAt ?? 0];
  const lastActivityAt = Math.min(scene.now, Math.max(...activity));
  return {
    class: verdict.class,
    ...recorded(record),
    session: session === undefined ? undefined : rowSession(session),
    processes: rowProcesses(members, look),
    ...sums(members),
    startedAt: starts.length > 0 ? Math.min(...starts) : record.entry.startedAt,
    lastActivityAt: lastActivityAt > 0 ? lastActivityAt : undefined,
    evidence: [...record.evidence, ...sessionEvidence(record, look, sessions), ...verdict.evidence],
    youngest: verdict.youngest,
  };
}

type Verdict = {
  readonly class: RowClass;
  readonly evidence: readonly string[];
  readonly youngest?: number;
};

function verdictOn(
  record: AgentRecord,
  look: Look,
  sessions: readonly Session[],
  members: readonly Process[],
): Verdict {
  const { scene } = look;
  if (record.authorityUnread)
    return unknown('its task registry could not be read, and that is the authority');
  if (!scene.sources.processes) return unknown('the process table could not be read');
  const aliveClass = record.status === 'terminal' ? 'undead' : 'live';
  const programs = programsOf(record, look);
  const program = programs[0];
  if (program !== undefined)
    return { class: aliveClass, evidence: [`agent program ${nameOf(program)} is alive`] };
  if (sessions.length > 0) return judgeContent(aliveClass, look, sessions, members);
  const left = members[0];
  if (left !== undefined)
    return { class: aliveClass, evidence: [`its session is gone, but ${nameOf(left)} is alive`] };
  const doubt = whyAbsenceIsUnproven(record, scene);
  if (doubt !== undefined) return unknown(doubt);
  const nothing = nothingAlive(record, look);
  switch (record.status) {
    case 'active':
      return { class: 'ghost', evidence: nothing, youngest: record.changedAt };
    case 'terminal':
      return { class: 'ended', evidence: nothing };
    case 'unclear':
      return unknown(...nothing, 'the recorded status is neither an active nor a finished one');
  }
}

/** A session without a known agent program: a husk when only shells and wrappers are in it. */
function judgeContent(
  aliveClass: 'live' | 'undead',
  look: Look,
  sessions: readonly Session[],
  members: readonly Process[],
): Verdict {
  const other = members.find(process => {
    const { kind } = look.scene.kindOf(process);
    return kind !== 'shell' && kind !== 'wrapper';
  });
  if (other !== undefined)
    return {
      class: aliveClass,
      evidence: [`no known agent program in it, but ${nameOf(other)} runs there`],
    };
  const foreign = sessions
    .flatMap(session => session.panes)
    .map(pane => (pane.dead ? undefined : look.scene.tree.byPid.get(pane.panePid)))
    .find(process => process !== undefined && isAlive(process) && !members.includes(process));
  if (foreign !== undefined)
    return unknown(`its pane process ${nameOf(foreign)} belongs to another row`);
  const shells = members.map(nameOf).join(', ');
  const content =
    members.length > 0 ? `only shells and wrappers in it: ${shells}` : 'no process in it';
  return {
    class: 'husk',
    evidence: [`${content}; no agent program`],
    youngest: Math.max(...sessions.map(session => session.createdAt)),
  };
}

/** Absence is only proven where every place the agent could be in was looked at. */
export function whyAbsenceIsUnproven(record: AgentRecord, scene: Scene): string | undefined {
  const silent = scene.inventory.servers.find(server => !server.reading.ok);
  if (silent !== undefined && !silent.reading.ok)
    return `tmux socket ${silent.socket} could not be read (${silent.reading.reason}): the session may be there`;
  const owner = record.registries[0]?.ownerUid ?? scene.machine.uid;
  if (owner !== scene.machine.uid && !scene.tree.byPid.has(1))
    return `the registry belongs to uid ${owner}, whose processes are hidden from us`;
  const unasked = unaskedServers(scene).find(server => server.uid === owner);
  if (unasked === undefined) return undefined;
  return `tmux server pid ${unasked.pid} was not asked and runs an agent program: the session may be there`;
}

/** tmux servers that no reading covers although an agent program runs under them: another
 * user's, or one whose socket is gone. Chosen sockets (-L, -S) are the person's own limit. */
export function unaskedServers(scene: Scene): Process[] {
  // Where a reading failed, that is said already, and who was asked is not known.
  if (scene.inventory.serversChosen || !scene.sources.tmux) return [];
  const asked = new Set(
    scene.sessions.flatMap(session => session.panes.map(pane => pane.serverPid)),
  );
  return scene.processes.filter(
    process =>
      scene.kindOf(process).kind === 'tmux server' &&
      !asked.has(process.pid) &&
      scene.tree.subtreeOf(process).some(child => scene.kindOf(child).kind === 'agent'),
  );
}

function sessionEvidence(record: AgentRecord, look: Look, sessions: readonly Session[]): string[] {
  const evidence = sessions.map(session => {
    const panes = session.panes.map(pane =>
      pane.dead ? `pane ${pane.paneId} is dead` : `pane pid ${pane.panePid}`,
    );
    const attached = session.attached > 0 ? `, ${session.attached} attached` : '';
    return `tmux session ${session.name} is alive on socket ${session.socket}, ${panes.join(', ')}${attached}`;
  });
  if (sessions.length > 1) evidence.push('more than one tmux server has a session of this name');
  const naming = sessions.length === 0 ? [] : look.attribution.recordsNaming(sessionNameOf(record));
  const shown = naming.slice(0, mostNamed + 1).filter(other => other !== record);
  for (const other of shown.slice(0, mostNamed))
    evidence.push(
      `${other.entry.id} of ${other.entry.task ?? 'no task'} is recorded in the same session`,
    );
  const more = naming.length - 1 - mostNamed;
  if (more > 0) evidence.push(`and ${more} more entries name the same session`);
  return evidence;
}

/** Entries of the same session beyond these are counted, not named. */
const mostNamed = 5;

function nothingAlive(record: AgentRecord, look: Look): string[] {
  const sockets = look.scene.inventory.servers.map(server => server.socket);
  const where =
    sockets.length > 0 ? `on tmux socket ${sockets.join(', ')}` : ': no tmux server runs';
  const left = membersOf(record, look);
  return [
    `no session ${sessionNameOf(record)} ${where}`.replace(' :', ':'),
    'no agent program of it is alive',
    ...left.map(process => `left behind: ${nameOf(process)}, a row of its own`),
  ];
}

function programsOf(record: AgentRecord, look: Look): Process[] {
  return membersOf(record, look).filter(process => look.scene.kindOf(process).kind === 'agent');
}

/** Living members, also where another entry of the same session was first to own them. */
function membersOf(record: AgentRecord, look: Look): readonly Process[] {
  const session = look.attribution.sessionsOf(record)[0];
  const owner = session === undefined ? record.key : look.attribution.ownerOfSession(session);
  return (look.attribution.members.get(owner ?? record.key) ?? []).filter(isAlive);
}

function unknown(...evidence: string[]): Verdict {
  return { class: 'unknown', evidence };
}

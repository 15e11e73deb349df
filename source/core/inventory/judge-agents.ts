/** The verdict on every recorded agent: live, undead, ghost, husk, ended, unknown. */
import { doubt, type Evidence, hint, proof } from '../evidence/evidence.ts';
import { keptSession, sessionEvidence } from '../evidence/session-evidence.ts';
import { identityOf, type Process } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import { registryEvidence } from '../registry/disagreements.ts';
import type { AgentRecord } from '../registry/merge.ts';
import {
  type Draft,
  type Observation,
  programIn,
  recorded,
  rowProcesses,
  rowSession,
  sums,
} from './draft.ts';
import { judgeContent, unknown, type Verdict } from './judge-content.ts';
import { hasOwnName, isAlive, type Scene, type Session, sessionNameOf } from './scene.ts';
import { finishedSince, sparedInBulk } from './spared-in-bulk.ts';
import { cwdOf, describeRecord, recordedByVendor } from './vendor-records.ts';

/** Whether the agent itself exists: its session, or an agent program of its own. Its other processes are then
 * members, otherwise leftovers. During a termination the session goes first, and whatever remains still
 * counts as the agent. */
export function isPresent(record: AgentRecord, observation: Observation): boolean {
  return (
    homeWithContent(record, observation) !== undefined ||
    programsOf(record, observation).length > 0 ||
    (observation.scene.ending.has(record.key) && membersOf(record, observation).length > 0) ||
    (record.status === 'active' && recordedWork(record, observation).length > 0)
  );
}

/** Its session, if something in it belongs to the agent. For an active entry the session alone is enough. */
function homeWithContent(record: AgentRecord, observation: Observation): Session | undefined {
  const { homes } = observation.attribution;
  const home = homes.homeOf(record);
  if (home === undefined) return undefined;
  if (record.status === 'active') return home;
  const owner = homes.ownerOfSession(home) ?? record.key;
  const isOwned = home.panes.some(pane => homes.ownerOf(pane)?.owner === owner);
  // A finished entry may name any session: without proof it is a user's.
  const isMeant = hasOwnName(record, observation.scene.prefixes) || isProven(record, observation);
  return isOwned && isMeant ? home : undefined;
}

function isProven(record: AgentRecord, observation: Observation): boolean {
  const { memberships } = observation.attribution;
  return membersOf(record, observation).some(
    ({ pid }) => memberships.get(pid)?.evidence.strength === 'proof',
  );
}

/** Of an active agent: processes recorded by identity that are no helpers, such as an MCP server that may
 * outlive it. An agent may be any program. */
function recordedWork(record: AgentRecord, observation: Observation): Process[] {
  return membersOf(record, observation).filter(process => {
    const evidence = observation.attribution.memberships.get(process.pid)?.evidence;
    const isRecorded = evidence?.kind === 'recorded-identity' || evidence?.kind === 'claim';
    const { kind } = observation.scene.kindOf(process);
    return isRecorded && kind !== 'mcp' && kind !== 'agent shell';
  });
}

export function judgeAgent(record: AgentRecord, observation: Observation): Draft {
  const { scene, attribution } = observation;
  const home = homeWithContent(record, observation);
  const members = isPresent(record, observation) ? membersOf(record, observation) : [];
  const verdict = inGrace(verdictOn(record, observation, home, members), record, scene);
  const starts = [...(home ? [home.createdAt] : []), ...members.map(each => each.startedAt)];
  const activity = [home?.activityAt ?? 0, record.entry.lastUpdateAt ?? 0];
  const lastActivityAt = Math.min(scene.now, Math.max(...activity));
  const owner = ownerKeyOf(record, observation);
  const panes = attribution.homes.panesOf(owner);
  const kept = home && keptSession(home, observation);
  const byVendor = members.flatMap(each => scene.vendorRecords.of(each));
  const { recordedBy = [], ...vendor } = recordedByVendor(byVendor);
  return {
    class: verdict.class,
    ...recorded(record, scene),
    program: programIn(members, scene),
    ...vendor,
    status: record.entry.status ?? vendor.activity,
    cwd: cwdOf(members, byVendor, scene.inventory.directories),
    recordedBy: [...orchestratorRecorders(record), ...recordedBy],
    session: home && rowSession(home),
    processes: rowProcesses(members, observation),
    ...sums(members),
    startedAt: starts.length > 0 ? Math.min(...starts) : record.entry.startedAt,
    lastActivityAt: lastActivityAt > 0 ? lastActivityAt : undefined,
    evidence: [
      ...registryEvidence(record),
      ...sessionEvidence(record, observation, home),
      ...(kept === undefined ? [] : [kept]),
      ...verdict.evidence,
      ...byVendor.map(each => proof('vendor-record', describeRecord(each))),
    ],
    spared:
      verdict.class === 'ghost'
        ? undefined
        : sparedInBulk(record, observation, {
            home,
            members,
            isHusk: verdict.class === 'husk',
            isProven: isProven(record, observation),
            panes,
          }),
    keepsSession: kept,
    sharedWith: owner === record.key ? undefined : owner,
    panes: panes.map(({ pane }) => pane),
    roots: rootsOf(members, observation),
    recordState: record.entry.status ?? '',
    youngest: verdict.youngest,
  };
}

function verdictOn(
  record: AgentRecord,
  observation: Observation,
  home: Session | undefined,
  members: readonly Process[],
): Verdict {
  const { scene } = observation;
  if (record.authorityUnread)
    return unknown('the registry that is authoritative for it could not be read');
  if (!scene.sources.processes) return unknown('the process table could not be read');
  const rivals = observation.attribution.homes.rivalsOf(record);
  if (rivals.length > 0 && members.length === 0)
    return {
      class: 'unknown',
      evidence: [
        doubt(
          'ambiguous-session',
          `sessions ${rivals.map(each => `${each.name} on socket ${each.socket}`).join(' and ')} have its name, and nothing proves which is the agent’s (choose with -L)`,
        ),
      ],
    };
  const aliveClass = record.status === 'terminal' ? 'undead' : 'live';
  const program = programsOf(record, observation)[0];
  if (program !== undefined)
    return {
      class: aliveClass,
      evidence: [proof('program-name', `agent program ${describeProcess(program)} is alive`)],
    };
  if (home !== undefined) return judgeContent(aliveClass, observation, home, members);
  const leftovers = members[0];
  if (leftovers !== undefined)
    return {
      class: aliveClass,
      evidence: [
        proof('content', `its session is gone, but ${describeProcess(leftovers)} is alive`),
      ],
    };
  const doubtOfAbsence = observation.absenceDoubt(record);
  if (doubtOfAbsence !== undefined) return { class: 'unknown', evidence: [doubtOfAbsence] };
  const nothing = nothingAlive(record, observation);
  switch (record.status) {
    case 'active':
      return { class: 'ghost', evidence: nothing, youngest: record.changedAt };
    case 'terminal':
      return { class: 'ended', evidence: nothing };
    case 'unclear': {
      const text = 'the recorded status is neither an active nor a finished one';
      return { class: 'unknown', evidence: [...nothing, doubt('registry', text)] };
    }
  }
}

/** An agent that has just reported that it is done is still writing its result. */
function inGrace(verdict: Verdict, record: AgentRecord, scene: Scene): Verdict {
  if (verdict.class !== 'undead') return verdict;
  const ageMs = scene.now - finishedSince(record);
  if (ageMs < 0 || ageMs >= scene.graceMs) return verdict;
  const text = `finished ${Math.round(ageMs / 1000)} s ago; may keep running for ${scene.graceMs / 1000} s (--grace)`;
  return { ...verdict, class: 'live', evidence: [...verdict.evidence, hint('grace', text)] };
}

/** The orchestrator's registries that list it, by their format. */
function orchestratorRecorders({ registries }: AgentRecord): readonly string[] {
  return [...new Set(registries.map(({ kind }) => `orchestrator-${kind}`))];
}

/** What a verdict rests on: agent programs and first processes of panes; children come and go. */
function rootsOf(members: readonly Process[], { scene }: Observation): readonly string[] {
  return members
    .filter(each => scene.kindOf(each).kind === 'agent' || scene.paneByRoot.has(each.pid))
    .map(identityOf);
}

function nothingAlive(record: AgentRecord, observation: Observation): Evidence[] {
  const sockets = observation.scene.inventory.servers.map(server => server.socket);
  const where =
    sockets.length > 0 ? ` on tmux socket ${sockets.join(', ')}` : ': no tmux server runs';
  const name = sessionNameOf(record);
  const named = observation.scene.sessions.find(
    session => session.name === name && session.leftOut === undefined,
  );
  const left = membersOf(record, observation);
  return [
    named === undefined
      ? proof('absence', `no session ${name}${where}`)
      : proof('absence', `session ${name} on socket ${named.socket} does not belong to this agent`),
    proof('absence', 'none of its agent programs is alive'),
    ...left.map(process =>
      proof('absence', `leftover: ${describeProcess(process)} (see its own row)`),
    ),
  ];
}

function programsOf(record: AgentRecord, observation: Observation): Process[] {
  return membersOf(record, observation).filter(
    process => observation.scene.kindOf(process).kind === 'agent',
  );
}

/** Row key under which its processes are listed: another entry's, if that one owned their session first. */
function ownerKeyOf(record: AgentRecord, observation: Observation): string {
  const { homes } = observation.attribution;
  const home = homes.homeOf(record);
  return (home && homes.ownerOfSession(home)) ?? record.key;
}

/** Living members, even if another entry of the same session owned them first. */
export function membersOf(record: AgentRecord, observation: Observation): readonly Process[] {
  return (observation.attribution.members.get(ownerKeyOf(record, observation)) ?? []).filter(
    isAlive,
  );
}

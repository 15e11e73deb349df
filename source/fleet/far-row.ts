/** A row of a far snapshot: from JSON to the type that tables, filters and details take. */
import { type Evidence, type EvidenceKind, evidenceKinds } from '../core/evidence/evidence.ts';
import { type Row, type RowProcess, rowClasses } from '../core/model/model.ts';
import type { RecordOwner } from '../core/model/vendor-record.ts';
import { baseName } from '../core/programs/command-line.ts';
import type { Escalation } from '../core/termination/progress.ts';
import { type Fields, fieldsOf, listOf, numberOf, oneOf, textOf, textsOf } from './fields.ts';

const most = { processes: 500, evidence: 50, words: 50 } as const;
const roles = ['agent', 'support', 'mcp', 'child'] as const;
const strengths = ['proof', 'hint', 'doubt', 'contradiction'] as const;
/** An outcome stays visible as long as the far side reports it. */
const shownMs = 10_000;

/** Times of the far side on our wall clock. @returns nothing for what is no time. */
export type TimeOf = (value: unknown) => number | undefined;

export type Where = { readonly host: string; readonly bootId: string; readonly now: number };

/** @returns nothing for what has no key. */
export function farRow(value: unknown, where: Where, timeOf: TimeOf): Row | undefined {
  const fields = fieldsOf(value);
  const key = textOf(fields.key);
  if (key === undefined || key === '') return undefined;
  const { host, bootId, now } = where;
  const agentId = textOf(fields.agentId);
  return {
    class: oneOf(fields.class, rowClasses) ?? 'unknown',
    far: { host, bootId, key },
    // No host name has a space.
    key: `${host} ${key}`,
    agentId,
    // A row without members would be called by its key.
    previousLabel: agentId === undefined ? key : undefined,
    type: textOf(fields.type),
    workspace: textOf(fields.workspace),
    task: textOf(fields.task),
    parent: textOf(fields.parent),
    depth: numberOf(fields.depth),
    status: textOf(fields.status),
    progress: numberOf(fields.progress),
    activity: textOf(fields.activity),
    program: textOf(fields.program),
    cwd: textOf(fields.cwd),
    title: textOf(fields.title),
    recordedBy: recordersOf(fields),
    owner: ownerOf(fields.owner),
    session: sessionOf(fields.session),
    processes: listOf(fields.processes, most.processes).flatMap(
      each => processOf(each, timeOf) ?? [],
    ),
    cpuPercent: numberOf(fields.cpuPercent) ?? 0,
    rssBytes: numberOf(fields.rssBytes) ?? 0,
    startedAt: timeOf(fields.startedAt),
    lastActivityAt: timeOf(fields.lastActivityAt),
    escalation: escalationOf(fields.escalation, timeOf, now),
    evidence: listOf(fields.evidenceKinds, most.evidence).flatMap(each => evidenceOf(each) ?? []),
    confidence: oneOf(fields.confidence, ['proven', 'suspected']),
  };
}

/** `labelOf` takes an empty list for a record. */
function recordersOf({ recordedBy }: Fields): readonly string[] | undefined {
  const names = textsOf(recordedBy, most.words);
  return names.length === 0 ? undefined : names;
}

function sessionOf(value: unknown): Row['session'] {
  const { socket, name, attached, serverPid } = fieldsOf(value);
  if (typeof socket !== 'string' || typeof name !== 'string') return undefined;
  return { socket, name, attached: numberOf(attached) ?? 0, serverPid: numberOf(serverPid) };
}

function processOf(value: unknown, timeOf: TimeOf): RowProcess | undefined {
  const fields = fieldsOf(value);
  const pid = numberOf(fields.pid);
  if (pid === undefined) return undefined;
  const command = textOf(fields.command) ?? '';
  // Without arguments that can be read, the kernel's name is in brackets.
  const bare = /^\[(.*)\]$/.exec(command)?.[1];
  const argv = bare === undefined ? command.split(/\s+/).filter(word => word !== '') : [];
  const unknown = { pgid: 0, sid: 0, tty: 0, threads: 0, uid: -1 };
  return {
    ...unknown,
    pid,
    start: textOf(fields.start) ?? '',
    ppid: numberOf(fields.ppid) ?? 0,
    state: (textOf(fields.state) ?? '?').slice(0, 1),
    startedAt: timeOf(fields.startedAt) ?? 0,
    cpuPercent: numberOf(fields.cpuPercent) ?? 0,
    rssBytes: numberOf(fields.rssBytes) ?? 0,
    name: bare ?? baseName(argv[0] ?? ''),
    argv,
    role: oneOf(fields.role, roles) ?? 'child',
    reason: { kind: 'tree', strength: 'proof', text: textOf(fields.reason) ?? '' },
  };
}

function evidenceOf(value: unknown): Evidence | undefined {
  const { kind, strength, text } = fieldsOf(value);
  const words = textOf(text);
  if (words === undefined) return undefined;
  return {
    // A newer vigil may have kinds that this one does not know.
    kind: oneOf(kind, evidenceKinds as readonly EvidenceKind[]) ?? 'unread',
    strength: oneOf(strength, strengths) ?? 'hint',
    text: words,
  };
}

function ownerOf(value: unknown): RecordOwner | undefined {
  const { kind, pid, stop, confidence } = fieldsOf(value);
  if (typeof kind !== 'string') return undefined;
  const isVendors = kind === 'claude-daemon' || kind === 'codex-daemon';
  const suspected = confidence === 'suspected' ? ({ isSuspected: true } as const) : {};
  const words = textsOf(stop, most.words);
  return {
    // Only compared with the kinds that are known, and shown.
    kind: kind as RecordOwner['kind'],
    pid: numberOf(pid),
    id: '',
    directory: '',
    stop: words.length === 0 ? undefined : words,
    managed: isVendors ? undefined : suspected,
  };
}

const stages = ['waiting', 'killing', 'verifying', 'gone', 'failed'] as const;
const outcomes = ['exited', 'killed', 'vanished', 'survived', 'denied', 'refused'] as const;

function escalationOf(value: unknown, timeOf: TimeOf, now: number): Escalation | undefined {
  const fields = fieldsOf(value);
  const deadline = timeOf(fields.deadline) ?? now;
  const stage = oneOf(fields.stage, stages);
  if (stage !== undefined) return { stage };
  const outcome = oneOf(fields.stage, outcomes);
  if (outcome !== undefined) return { stage: outcome, shownUntil: now + shownMs };
  if (fields.stage === 'asked') return { stage: 'asked', deadline };
  if (fields.stage !== 'terminating') return undefined;
  const attempt = numberOf(fields.attempt) ?? 0;
  return { stage: 'terminating', attempt, of: numberOf(fields.of) ?? attempt, deadline };
}

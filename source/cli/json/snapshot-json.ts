/** Schema `vigil.snapshot/1` of docs/json.md. What is absent is null, times are ISO 8601 in UTC. */

import type { Row, RowProcess, RowSession, Snapshot, Vitals } from '../../core/model/model.ts';
import type { RecordOwner } from '../../core/model/vendor-record.ts';
import { commandOf } from '../../core/programs/process-name.ts';
import type { Escalation } from '../../core/termination/progress.ts';

/** @param rows the rows the view shows; totals cover the whole snapshot. @param version of vigil. */
export function snapshotJson(snapshot: Snapshot, rows: readonly Row[], version?: string) {
  const { vitals } = snapshot;
  return {
    schema: 'vigil.snapshot/1',
    version: version ?? null,
    takenAt: isoTime(snapshot.takenAt),
    tookMs: snapshot.tookMs,
    host: snapshot.machine.host,
    bootId: snapshot.machine.bootId,
    vitals: vitals === undefined ? null : vitalsJson(vitals),
    workspaces: snapshot.workspaces,
    rows: rows.map(rowJson),
    registries: snapshot.registries.map(registry => ({
      path: registry.path,
      kind: registry.kind,
      scope: registry.scope,
      ok: registry.ok,
      agents: registry.agents,
      recordedActive: registry.recordedActive,
      actualActive: registry.actualActive ?? null,
      lockedBy: registry.lockedBy ?? null,
    })),
    tasks: (snapshot.tasks ?? []).map(({ id, description = null }) => ({ id, description })),
    totals: snapshot.totals,
    problems: snapshot.problems.map(({ source, message, unread }) => ({ source, message, unread })),
  };
}

/** Of the machine; what vigil itself uses is not for scripts. */
function vitalsJson({ load, cores, memoryBytes, availableBytes }: Vitals) {
  return { load, cores, memoryBytes, availableBytes };
}

export function rowJson(row: Row) {
  return {
    class: row.class,
    key: row.key,
    agentId: row.agentId ?? null,
    type: row.type ?? null,
    workspace: row.workspace ?? null,
    task: row.task ?? null,
    parent: row.parent ?? null,
    depth: row.depth ?? null,
    status: row.status ?? null,
    progress: row.progress ?? null,
    cwd: row.cwd ?? null,
    program: row.program ?? null,
    title: row.title ?? null,
    recordedBy: row.recordedBy ?? [],
    owner: row.owner === undefined ? null : ownerJson(row.owner),
    session: row.session === undefined ? null : sessionJson(row.session),
    processes: row.processes.map(processJson),
    cpuPercent: row.cpuPercent,
    rssBytes: row.rssBytes,
    startedAt: isoTime(row.startedAt),
    lastActivityAt: isoTime(row.lastActivityAt),
    escalation: row.escalation === undefined ? null : escalationJson(row.escalation),
    confidence: row.confidence ?? null,
    evidence: row.evidence.map(({ text }) => text),
    evidenceKinds: row.evidence,
  };
}

function sessionJson({ socket, name, attached, serverPid }: RowSession) {
  return { socket, name, attached, serverPid: serverPid ?? null };
}

function ownerJson({ kind, pid, stop, managed }: RecordOwner) {
  const confidence = managed?.isSuspected === true ? 'suspected' : 'proven';
  return { kind, pid: pid ?? null, stop: stop ?? null, confidence };
}

/** docs/json.md has every field for every stage: 0 without attempts, null without a deadline. */
function escalationJson(escalation: Escalation) {
  return {
    stage: escalation.stage,
    attempt: 'attempt' in escalation ? escalation.attempt : 0,
    of: 'of' in escalation ? escalation.of : 0,
    deadline: 'deadline' in escalation ? isoTime(escalation.deadline) : null,
  };
}

function processJson(process: RowProcess) {
  return {
    pid: process.pid,
    start: process.start,
    startedAt: isoTime(process.startedAt),
    ppid: process.ppid,
    state: process.state,
    role: process.role,
    command: commandOf(process),
    reason: process.reason.text,
    cpuPercent: process.cpuPercent,
    rssBytes: process.rssBytes,
  };
}

function isoTime(epochMs: number | undefined): string | null {
  if (epochMs === undefined || !Number.isFinite(epochMs)) return null;
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

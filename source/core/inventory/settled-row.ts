/** A row with its verdict. */
import type { Row } from '../model/model.ts';

/** Evidence younger than this needs a second poll. */
export const settleAgeMs = 2000;

/** Every field by name: V8 gives an object that was put together from others its own list of names, which is
 * most of its memory. */
export function settledRow(row: Row, verdict: string, agreedSince: number): Row {
  const all: { readonly [name in keyof Required<Row>]: Row[name] } = {
    class: row.class,
    far: row.far,
    key: row.key,
    agentId: row.agentId,
    previousLabel: row.previousLabel,
    type: row.type,
    workspace: row.workspace,
    workspaceName: row.workspaceName,
    task: row.task,
    parent: row.parent,
    depth: row.depth,
    status: row.status,
    progress: row.progress,
    activity: row.activity,
    program: row.program,
    cwd: row.cwd,
    title: row.title,
    recordedBy: row.recordedBy,
    clients: row.clients,
    owner: row.owner,
    session: row.session,
    processes: row.processes,
    cpuPercent: row.cpuPercent,
    rssBytes: row.rssBytes,
    startedAt: row.startedAt,
    lastActivityAt: row.lastActivityAt,
    escalation: row.escalation,
    evidence: row.evidence,
    confidence: row.confidence,
    spared: row.spared,
    keepsSession: row.keepsSession,
    sharedWith: row.sharedWith,
    panes: row.panes,
    verdict,
    agreedSince,
    mark: row.mark,
    growth: row.growth,
    ports: row.ports,
    trend: row.trend,
    sortedAs: row.sortedAs,
  };
  return all;
}

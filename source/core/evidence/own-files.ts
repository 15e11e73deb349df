/** An agent's log that a process holds open for writing, as the `tee` of its pane does. A reader proves
 * nothing. */

import type { Scene } from '../inventory/scene.ts';
import type { Process } from '../model/model.ts';
import { oncePer } from '../model/once-per.ts';
import { agentFilePath, logEnding, ownerOfFile } from '../registry/agent-names.ts';
import { type AgentRecord, taskOf } from '../registry/merge.ts';

/** @returns the agent ids of the logs that this process writes. */
export function idsWrittenBy(process: Process, scene: Scene): readonly string[] {
  return scene.descriptorsOf(process).written.flatMap(path => ownerOfLog(path) ?? []);
}

/** The id in `<workspace>/<task>/logs/<agent id>_stream.jsonl`. */
function ownerOfLog(path: string): string | undefined {
  const [place = '', base = ''] = path.split('/').slice(-2);
  const owner = ownerOfFile(place, base);
  return owner?.name === 'log_file' ? owner.agentId : undefined;
}

/** Records by the path of the log that only they own. */
export type Logs = { get(path: string): AgentRecord | undefined };

/** @returns the record that owns a log. Thousands of paths are spelled only where a process writes a log at all. */
export function recordsByLog(records: readonly AgentRecord[]): Logs {
  return { get: path => (path.endsWith(logEnding) ? logsOf(records).get(path) : undefined) };
}

const logsOf = oncePer((records: readonly AgentRecord[]): ReadonlyMap<string, AgentRecord> => {
  const found = new Map<string, AgentRecord>();
  for (const record of records)
    for (const registry of record.registries) {
      const task = registry.scope === 'task' ? taskOf(registry) : record.entry.task;
      if (task === undefined || task === '') continue;
      const path = `${registry.workspace}/${task}/${agentFilePath(record.entry.id, 'log_file')}`;
      // Of two entries with one log, the active one writes it.
      if (found.get(path)?.status !== 'active') found.set(path, record);
    }
  return found;
});

/** @returns the first record whose log one of these processes writes. */
export function writerAmong(
  processes: readonly Process[],
  logs: Logs,
  scene: Scene,
): { readonly record: AgentRecord; readonly process: Process } | undefined {
  for (const process of processes)
    for (const path of scene.descriptorsOf(process).written) {
      const record = logs.get(path);
      if (record !== undefined) return { record, process };
    }
  return undefined;
}

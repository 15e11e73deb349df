/** The keys of rows: stable across polls, and never cut open. What a row is about stands in its fields. */
import { identityOf, type ProcessRef } from './process.ts';

export function processKey(process: ProcessRef): string {
  return `process:${identityOf(process)}`;
}

/** @param socket as it is shown. */
export function sessionKey(socket: string, name: string): string {
  return `session:${socket}/${name}`;
}

/** @param task where the id alone is not unique. @param count from 2 on, where task and id are not. */
export function agentKey(id: string, task?: string, count = 1): string {
  const base = task === undefined ? `agent:${id}` : `agent:${id}#${task}`;
  return count === 1 ? base : `${base}#${count}`;
}

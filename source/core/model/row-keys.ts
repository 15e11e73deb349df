/** Row keys: stable across polls and opaque. Use a row's fields, never parse its key. */
import { identityOf, type ProcessRef } from './process.ts';

export function processKey(process: ProcessRef): string {
  return `process:${identityOf(process)}`;
}

/** @param socket as shown. */
export function sessionKey(socket: string, name: string): string {
  return `session:${socket}/${name}`;
}

/** @param task if the id alone is not unique. @param count from 2 on, if task and id are not unique. */
export function agentKey(id: string, task?: string, count = 1): string {
  const base = task === undefined ? `agent:${id}` : `agent:${id}#${task}`;
  return count === 1 ? base : `${base}#${count}`;
}

/** Row keys: stable across polls and opaque. Use a row's fields, never parse its key. */
import { identityOf, type ProcessRef } from './process.ts';

/** What a row is about, or which row owns a process or a pane. */
export type RowSubject =
  | {
      readonly kind: 'agent';
      readonly id: string;
      /** If the id alone is not unique. */
      readonly task?: string;
      /** From 2 on, if task and id are not unique. */
      readonly count?: number;
    }
  /** @property socket as shown. */
  | { readonly kind: 'session'; readonly socket: string; readonly name: string }
  | { readonly kind: 'process'; readonly process: ProcessRef }
  /** A vendor's record of an agent that is gone or elsewhere. */
  | { readonly kind: 'record'; readonly recorder: string; readonly id: string };

/** @returns the only text form of a subject: `agent:a-1`, `session:default/work`, `process:4121@8012`. */
export function formatKey(subject: RowSubject): string {
  switch (subject.kind) {
    case 'agent': {
      const { id, task, count = 1 } = subject;
      const base = task === undefined ? `agent:${id}` : `agent:${id}#${task}`;
      return count === 1 ? base : `${base}#${count}`;
    }
    case 'session':
      return `session:${subject.socket}/${subject.name}`;
    case 'record':
      return `record:${subject.recorder}/${subject.id}`;
    case 'process':
      return `process:${identityOf(subject.process)}`;
  }
}

export function processKey(process: ProcessRef): string {
  return formatKey({ kind: 'process', process });
}

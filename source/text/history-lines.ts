/** What vigil has done: `vigil log`, the event log and the detail view. */
import type { Author, Deed } from '../core/model/history.ts';
import { endReason } from '../core/termination/end-reason.ts';
import { type Line, spansIn, type Tone } from './line.ts';
import type { Charset } from './printable.ts';
import { seconds } from './units.ts';

/** `2026-11-29 17:04:05`, local time. */
export function stampOf(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${date.toTimeString().slice(0, 8)}`;
}

/** One line a deed, with all notes, and the signals below it, if wanted. */
export function historyLines(
  deeds: readonly Deed[],
  { charset, withSignals = false }: { readonly charset: Charset; readonly withSignals?: boolean },
): Line[] {
  const say = spansIn(charset);
  return deeds.flatMap(deed => [
    [
      say(`${stampOf(deed.at)}  `, 'dim'),
      say(deedText(deed, withSignals ? deed.notes.length : mostNotes), toneOf(deed)),
    ],
    ...(withSignals
      ? deed.signals.map(({ at, pid, signal, result, command }) => {
          const time = new Date(at).toTimeString().slice(0, 8);
          return [say(`  ${time} ${signal} pid ${pid} ${result}: ${command}`, 'dim')];
        })
      : []),
    ...(withSignals ? deed.archived.map(path => [say(`  archived ${path}`, 'dim')]) : []),
  ]);
}

/** A reconcile may have dozens. */
const mostNotes = 3;

/** `a-1 killed in 3.6 s by root (pid 412, kill): reason; notes`. @param most notes; the rest are counted. */
export function deedText(deed: Deed, most: number = mostNotes): string {
  const { kind, outcome, durationMs, reason, notes, by, key } = deed;
  const name = deed.agentId ?? deed.name ?? deed.target;
  const took = durationMs === undefined ? '' : ` in ${seconds(durationMs)}`;
  const how = outcome === 'running' ? 'in progress' : outcome;
  // A freeze of an older log has no outcome of its own.
  const isSaid = kind === 'end' || (kind === 'freeze' && how !== 'done');
  const what = isSaid ? `${name} ${how}` : `${kind} ${name} ${how}`;
  const more = notes.length - most;
  const shown = more > 1 ? [...notes.slice(0, most), `and ${more} more`] : notes;
  // The standard reason says that it is over.
  const why = outcome === 'running' && reason === endReason ? undefined : reason;
  const said = [why, ...shown].filter(Boolean).join('; ');
  return `${what}${took} by ${authorText(by, key)}${said === '' ? '' : `: ${said}`}`;
}

function authorText({ user, uid, pid, command, from }: Author, key: string | undefined): string {
  const how = key === undefined ? command : `key ${key}`;
  const parts = [`pid ${pid}`, how, from === undefined ? undefined : `from ${from}`];
  return `${user ?? `uid ${uid}`} (${parts.filter(Boolean).join(', ')})`;
}

function toneOf({ outcome }: Deed): Tone {
  return ['survived', 'denied', 'interrupted', 'incomplete', 'failed'].includes(outcome)
    ? 'problem'
    : 'plain';
}

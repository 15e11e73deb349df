/** What a far vigil prints for `vigil __far`: a JSON line for each thing that the command would have printed. What is read is
 * hostile. */
import { aspects } from '../core/model/inspection.ts';
import type { Tone } from '../text/line.ts';
import { fieldsOf, listOf, numberOf, oneOf, textOf } from './fields.ts';
import type { FarLine, FarQuestion, FarSubject } from './fleet.ts';

export const farSchema = 'vigil.far/1';

/** @property run id of the run, for the audit log. */
export type FarRequest = FarSubject & { readonly run: string };

export type Frame =
  /** Comes first. */
  | { readonly frame: 'hello'; readonly schema: string; readonly version?: string }
  | { readonly frame: 'lines'; readonly lines: readonly FarLine[] }
  | { readonly frame: 'json'; readonly value: unknown }
  | { readonly frame: 'warn'; readonly text: string }
  /** It waits for a line: a confirmation, or anything else. An older vigil takes no line with a reason or a delay for a
   * confirmation. @property takesReason it may have a reason. @property takesDelay it may say how long it took. */
  | {
      readonly frame: 'questions';
      readonly questions: readonly FarQuestion[];
      readonly takesReason?: boolean;
      readonly takesDelay?: boolean;
    }
  | { readonly frame: 'exit'; readonly code: number };

const confirmation = 'yes';
/** Longer than what the screen takes. */
const longestReason = 1000;

/** A confirmation that has been on its way for longer confirms nothing: TCP delivers what was sent into a dead line minutes
 * after ssh has given up, when the outcome was reported as not known. Milliseconds. */
export const longestTransitMs = 30_000;

/** @property delayMs from the questions to the confirmation, as measured where they were shown; older vigils do not say. */
export type Confirmation = { readonly reason?: string; readonly delayMs?: number };

/** The line that confirms the questions: `yes`, `yes "REASON"`, or `yes {"delayMs":…,"reason":…}`. */
export function confirmationWith({ reason: whole, delayMs }: Confirmation): string {
  const reason = whole?.slice(0, longestReason);
  if (delayMs !== undefined) return `${confirmation} ${JSON.stringify({ delayMs, reason })}`;
  return reason === undefined ? confirmation : `${confirmation} ${JSON.stringify(reason)}`;
}

/** @returns nothing for a line that confirms nothing. */
export function readConfirmation(line: string): Confirmation | undefined {
  if (line === confirmation) return {};
  if (!line.startsWith(`${confirmation} `)) return undefined;
  const value = parsed(line.slice(confirmation.length + 1));
  const delayMs = numberOf(fieldsOf(value).delayMs);
  const reason = textOf(delayMs === undefined ? value : fieldsOf(value).reason);
  if (delayMs === undefined && reason === undefined) return undefined;
  return {
    ...(reason === undefined ? {} : { reason: reason.slice(0, longestReason) }),
    ...(delayMs === undefined ? {} : { delayMs }),
  };
}

const most = { lines: 20_000, spans: 100, questions: 10 } as const;

/** @returns nothing for a line that is no frame. */
export function readFrame(line: string): Frame | undefined {
  const fields = fieldsOf(parsed(line));
  switch (fields.frame) {
    case 'hello':
      return {
        frame: 'hello',
        schema: textOf(fields.schema) ?? '',
        version: textOf(fields.version),
      };
    case 'lines':
      return { frame: 'lines', lines: listOf(fields.lines, most.lines).map(lineOf) };
    case 'json':
      return { frame: 'json', value: fields.value };
    case 'warn':
      return { frame: 'warn', text: textOf(fields.text) ?? '' };
    case 'questions': {
      const questions = listOf(fields.questions, most.questions).map(questionOf);
      if (questions.length === 0) return undefined;
      const [takesReason, takesDelay] = [fields.takesReason === true, fields.takesDelay === true];
      return { frame: 'questions', questions, takesReason, takesDelay };
    }
    case 'exit':
      return { frame: 'exit', code: numberOf(fields.code) ?? 1 };
    default:
      return undefined;
  }
}

/** @returns nothing if the request cannot be read. */
export function readRequest(text: string): FarRequest | undefined {
  const { run, bootId, identities, aspect } = fieldsOf(parsed(text));
  if (typeof run !== 'string' || !/^[\w-]{1,64}$/.test(run)) return undefined;
  const known = Object.entries(fieldsOf(identities)).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  return {
    ...{ run, bootId: textOf(bootId), identities: Object.fromEntries(known) },
    aspect: oneOf(aspect, aspects),
  };
}

function lineOf(value: unknown): FarLine {
  return listOf(value, most.spans).map(each => {
    const { text, tone } = fieldsOf(each);
    return { text: textOf(text) ?? '', tone: toneOf(tone) };
  });
}

const tones: Readonly<Record<Tone, true>> = {
  ...{ live: true, undead: true, ghost: true, husk: true, orphan: true, interactive: true },
  ...{ host: true, zombie: true, unknown: true, ended: true, new: true, gone: true, plain: true },
  ...{ dim: true, heading: true, title: true, problem: true, ending: true, killing: true },
  ...{ good: true, cursor: true, match: true, key: true },
};

function toneOf(value: unknown): Tone {
  return typeof value === 'string' && Object.hasOwn(tones, value) ? (value as Tone) : 'plain';
}

function questionOf(value: unknown): FarQuestion {
  const { text, word } = fieldsOf(value);
  return { text: textOf(text) ?? '', word: textOf(word) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

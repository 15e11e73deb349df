/** Terminal input bytes → keys. Pure: state goes in and comes out, so that a sequence split by the network is
 * still one key. Unknown sequences are swallowed, never shown as text. */

/** A mouse report in SGR form (mode 1006). */
export type MouseReport = {
  /** As reported: 0 is the left button, 64 and 65 are the wheel; modifiers and motion are added to it. */
  readonly button: number;
  readonly isPress: boolean;
  /** Cell from the left and from the top, from 0. */
  readonly x: number;
  readonly y: number;
};

export type Key =
  | { readonly kind: 'key'; readonly name: string; readonly text?: string }
  /** A bracketed paste. Inert: its text is not even kept. */
  | { readonly kind: 'paste' }
  | ({ readonly kind: 'mouse' } & MouseReport);

export type Reading = { readonly keys: readonly Key[]; readonly rest: string };

const esc = '\u001b';
const bell = '\u0007';
const pasteStart = `${esc}[200~`;
const pasteEnd = `${esc}[201~`;
/** Longer than any key's sequence: if it has not ended by then, it is no key. */
const longestSequence = 64;
/** Longer than any terminal's reply. */
const longestAnswer = 1024;

const finals: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'begin',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'shift+tab',
};

/** `ESC [ N ~` (xterm, vt220, rxvt). */
const editing = ['home', 'insert', 'delete', 'end', 'pageup', 'pagedown', 'home', 'end'];
const functions = [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24];
/** By the number before the tilde. */
const numbered: ReadonlyMap<string, string> = new Map([
  ...editing.map((name, index) => [String(index + 1), name] as const),
  ...functions.map((number, index) => [String(number), `f${index + 1}`] as const),
]);

const controls: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\b': 'backspace',
};

/** @param input the rest of the last chunk, followed by the new chunk.
 * @param isComplete true when no more input is expected soon: then a lone ESC is the Escape key.
 * @returns the keys, and the incomplete rest. */
export function readKeys(input: string, isComplete: boolean): Reading {
  const keys: Key[] = [];
  let at = 0;
  while (at < input.length) {
    if (input.startsWith(pasteStart, at)) {
      const end = input.indexOf(pasteEnd, at);
      // Of an unfinished paste, keep only as much as may hold the start of its end marker.
      if (end < 0)
        return { keys, rest: pasteStart + input.slice(-pasteEnd.length).replace(pasteStart, '') };
      keys.push({ kind: 'paste' });
      at = end + pasteEnd.length;
      continue;
    }
    const character = String.fromCodePoint(input.codePointAt(at) ?? 0);
    if (character !== esc) {
      keys.push(plainKey(character));
      at += character.length;
      continue;
    }
    const length = sequenceLength(input, at);
    if (length === undefined) {
      if (!isComplete) return { keys, rest: input.slice(at) };
      if (input.length === at + 1) keys.push({ kind: 'key', name: 'escape' });
      // A reply would be longer: these are two keys.
      const second = input.length === at + 2 ? input[at + 1] : undefined;
      if (second === 'P' || second === ']')
        keys.push({ kind: 'key', name: 'escape' }, plainKey(second));
      return { keys, rest: '' };
    }
    // ESC before an ordinary key: Escape and that key. Nothing here is bound to Alt.
    const sequence = input.slice(at, at + length);
    const name = length === 1 ? 'escape' : sequenceName(sequence);
    const mouse = mouseReport(sequence);
    if (name !== undefined) keys.push({ kind: 'key', name });
    else if (mouse !== undefined) keys.push({ kind: 'mouse', ...mouse });
    at += length;
  }
  return { keys, rest: '' };
}

function plainKey(character: string): Key {
  const name = controls[character];
  if (name !== undefined) return { kind: 'key', name };
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) {
    const letter = String.fromCharCode(code + 0x60);
    return { kind: 'key', name: `ctrl+${letter === '`' ? 'space' : letter}` };
  }
  const isText = code < 0x7f || code > 0x9f;
  return { kind: 'key', name: character, text: isText ? character : undefined };
}

/** @returns the length of the sequence at `at`, or undefined while it is incomplete. */
function sequenceLength(input: string, at: number): number | undefined {
  const introducer = input[at + 1];
  if (introducer === undefined) return undefined;
  if (introducer === 'P' || introducer === ']') return answerLength(input, at);
  if (introducer === 'O') return input.length > at + 2 ? 3 : undefined;
  if (introducer !== '[') return 1;
  // The old mouse report has three arbitrary bytes behind its M.
  if (input[at + 2] === 'M') return input.length >= at + 6 ? 6 : undefined;
  // The Linux console sends ESC [ [ A for F1.
  const from = input[at + 2] === '[' ? at + 3 : at + 2;
  for (let index = from; index < input.length; index++) {
    const code = input.charCodeAt(index);
    if (code >= 0x40 && code <= 0x7e) return index + 1 - at;
    if (index - at > longestSequence) return index + 1 - at;
  }
  return undefined;
}

/** A terminal's reply to a query (DCS, OSC): up to ESC \\ or BEL. Read as keys, its letters would trigger
 * actions. */
function answerLength(input: string, at: number): number | undefined {
  for (let index = at + 2; index < input.length && index - at <= longestAnswer; index++) {
    if (input[index] === bell) return index + 1 - at;
    if (input[index] === esc && input[index + 1] === '\\') return index + 2 - at;
  }
  return input.length - at > longestAnswer ? longestAnswer : undefined;
}

/** Cells count from 1; anything not exactly in that form is no report. */
function mouseReport(sequence: string): MouseReport | undefined {
  const [, button, column, row, final] =
    /^\[<(\d{1,3});([1-9]\d{0,4});([1-9]\d{0,4})([Mm])$/.exec(sequence.slice(esc.length)) ?? [];
  if (button === undefined) return undefined;
  return {
    button: Number(button),
    isPress: final === 'M',
    x: Number(column) - 1,
    y: Number(row) - 1,
  };
}

/** @param sequence whole, with its ESC. */
function sequenceName(sequence: string): string | undefined {
  const body = sequence.slice(esc.length);
  const linuxConsole = /^\[\[([A-E])$/.exec(body);
  if (linuxConsole !== null) return `f${'ABCDE'.indexOf(linuxConsole[1] ?? 'A') + 1}`;
  const match = /^(?:\[|O)([\d;]*)([A-Za-z~])$/.exec(body);
  if (match === null) return undefined;
  const [, parameters = '', final = ''] = match;
  const [first = '', modifier = '1'] = parameters.split(';');
  const name = final === '~' ? numbered.get(first) : finals[final];
  return name === undefined ? undefined : modified(name, Number(modifier) || 1);
}

/** xterm's modifier: 1 + shift + 2 × alt + 4 × ctrl. */
function modified(name: string, modifier: number): string {
  const bits = modifier - 1;
  const prefix = `${bits & 4 ? 'ctrl+' : ''}${bits & 2 ? 'alt+' : ''}${bits & 1 ? 'shift+' : ''}`;
  return prefix + name;
}

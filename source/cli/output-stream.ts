/** Command output on real streams: colours, width, escapes in JSON, and closed pipes. */
import type { Line } from '../text/line.ts';
import { painted } from '../text/painted.ts';
import { printable } from '../text/printable.ts';
import type { Terminal } from '../text/terminal.ts';
import type { ThemeName } from '../text/themes.ts';
import type { Output } from './output.ts';

export type Stream = { write(text: string): void };

export function createOutput(terminal: Terminal, stdout: Stream, stderr: Stream): Output {
  const { charset, width, colors } = terminal;
  // Weight alone would be escapes in a pipe.
  const textOf = (line: Line) =>
    colors ? painted(line, terminal) : line.map(({ text }) => text).join('');
  return {
    charset,
    width,
    lines(lines) {
      if (lines.length > 0) stdout.write(lines.map(line => `${textOf(line).trimEnd()}\n`).join(''));
    },
    json(value, layout) {
      const document = JSON.stringify(value, null, layout === 'indented' ? 2 : undefined);
      stdout.write(`${escapeJson(document)}\n`);
    },
    warn: message => stderr.write(`${printable(message, charset)}\n`),
  };
}

/** Escapes what JSON leaves as is and a terminal would act on: C1 controls and bidirectional
 * marks. */
function escapeJson(document: string): string {
  return document.replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

type Env = Readonly<Record<string, string | undefined>>;

/** @returns the terminal's capabilities. NO_COLOR overrides FORCE_COLOR (no-color.org); an option
 * overrides both. */
export function terminalOf(
  env: Env,
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  wanted: { readonly color?: boolean; readonly ascii: boolean; readonly theme?: ThemeName },
): Terminal {
  const isTerminal = stream.isTTY === true;
  return {
    charset: wanted.ascii || !isUtf8(env) ? 'ascii' : 'unicode',
    colors: wanted.theme === 'mono' ? false : (wanted.color ?? hasColors(env, isTerminal)),
    theme: wanted.theme ?? 'default',
    width: isTerminal ? stream.columns : undefined,
  };
}

function hasColors(env: Env, isTerminal: boolean): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}

/** The first variable that is set decides, as in setlocale(3). */
function isUtf8(env: Env): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'C';
  return /utf-?8/i.test(locale);
}

export const noScreen = 'vigil: no terminal for the live screen; printing one table (vigil list)';

/** Whether the live screen can be shown. */
export function isInteractive(
  { stdin, stdout, env }: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'env'>,
  { json, watch }: { readonly json: boolean; readonly watch: boolean },
): boolean {
  return stdin.isTTY === true && stdout.isTTY === true && !json && !watch && env.TERM !== 'dumb';
}

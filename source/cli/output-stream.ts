/** Command output on real streams: colours, width, escapes in JSON, and closed pipes. */
import type { ChalkInstance } from 'chalk';
import type { Line } from '../text/line.ts';
import { printable } from '../text/printable.ts';
import type { Terminal } from '../text/terminal.ts';
import { type ThemeName, themes } from '../text/themes.ts';
import type { Output } from './output.ts';

export type Stream = { write(text: string): void };

export async function createOutput(
  terminal: Terminal,
  stdout: Stream,
  stderr: Stream,
): Promise<Output> {
  // chalk is loaded only when colours are enabled.
  const chalk = terminal.colors ? new (await import('chalk')).Chalk({ level: 1 }) : undefined;
  const { charset, width, theme } = terminal;
  return {
    charset,
    width,
    lines(lines) {
      if (lines.length > 0)
        stdout.write(lines.map(line => `${paint(line, chalk, theme).trimEnd()}\n`).join(''));
    },
    json(value, layout) {
      const document = JSON.stringify(value, null, layout === 'indented' ? 2 : undefined);
      stdout.write(`${escapeJson(document)}\n`);
    },
    warn: message => stderr.write(`${printable(message, charset)}\n`),
  };
}

function paint(line: Line, chalk: ChalkInstance | undefined, theme: ThemeName): string {
  if (chalk === undefined) return line.map(piece => piece.text).join('');
  return line
    .map(({ text, tone }) => {
      const look = themes[theme][tone];
      let style = chalk;
      if (look.color !== undefined) style = style[look.color];
      if (look.bold) style = style.bold;
      if (look.dim) style = style.dim;
      if (look.underline) style = style.underline;
      if (look.inverse) style = style.inverse;
      return style(text);
    })
    .join('');
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

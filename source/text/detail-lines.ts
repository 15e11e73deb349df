/** The detail of a row: verdict with evidence, members, registry entry, and last output. */
import type { Inspection } from '../core/model/inspection.ts';
import type { Machine, Reading, Row, RowProcess } from '../core/model/model.ts';
import { commandOf } from '../core/programs/process-name.ts';
import { summaryOfLogLine } from '../core/rows/log-lines.ts';
import { memberTree } from '../core/rows/tree.ts';
import { type Line, span } from './line.ts';
import { type Charset, join, type Printable, printable, text } from './printable.ts';
import { bytes, percent } from './units.ts';
import { verdictLines } from './why-lines.ts';

/** @param inspection of this row, once available. @param now epoch milliseconds. */
export function detailLines(
  row: Row,
  inspection: Inspection | undefined,
  machine: Machine,
  now: number,
  charset: Charset,
): Line[] {
  const lines = [
    ...(row.mark === 'gone' ? [[span(printable('gone: last known state'), 'problem')]] : []),
    ...verdictLines(row, now, charset),
    ...sessionLines(row, charset),
  ] as Line[];
  if (row.growth !== undefined)
    lines.push([
      span(text`  memory grows by ${bytes(row.growth.bytesPerSecond)} per second`, 'problem'),
    ]);
  lines.push(...processLines(row, inspection, charset));
  if (inspection !== undefined) lines.push(...inspectedLines(inspection, charset));
  const [main] = row.processes;
  if (main !== undefined)
    lines.push(
      heading('Identity', charset),
      plain(
        text`pid ${main.pid}, start ${printable(main.start, charset)} (clock ticks after boot)`,
      ),
      plain(text`boot ${printable(machine.bootId, charset)}, key ${printable(row.key, charset)}`),
    );
  return lines;
}

function inspectedLines({ records, tails, screen }: Inspection, charset: Charset): Line[] {
  const names = { log: 'Log', progress: 'Progress', findings: 'Findings' } as const;
  return [
    ...tails.flatMap(({ name, lines }) => tailLines(names[name], lines, shownLines[name], charset)),
    ...(screen === undefined
      ? []
      : section('Screen', screen, charset, shown => shown.map(each => outputLine(each, charset)))),
    ...records.flatMap(({ path, fields }) =>
      section(`Registry entry (${path})`, fields, charset, entries =>
        entries.map(([name, value]) =>
          plain(text`${printable(name, charset)}: ${printable(shortened(value), charset)}`),
        ),
      ),
    ),
  ];
}

/** Number of last lines shown. */
const shownLines = { progress: 3, findings: 3, log: 12 } as const;
/** Prompts are long: the beginning is enough. */
const longestField = 300;

function shortened(value: string): string {
  return value.length > longestField ? `${value.slice(0, longestField)}…` : value;
}

function sessionLines({ session }: Row, charset: Charset): Line[] {
  if (session === undefined) return [];
  const watched = session.attached > 0 ? text`, ${session.attached} attached` : text``;
  const name = text`${printable(session.name, charset)} on socket ${printable(session.socket, charset)}`;
  return [plain(text`session ${name}${watched} (press a to attach)`)];
}

function processLines(row: Row, inspection: Inspection | undefined, charset: Charset): Line[] {
  if (row.processes.length === 0) return [];
  return [
    heading(`Processes: ${row.processes.length}`, charset),
    ...[...memberTree(row.processes)].flatMap(([process, level]) =>
      memberLines(process, level, inspection, charset),
    ),
  ];
}

function memberLines(
  process: RowProcess,
  level: number,
  inspection: Inspection | undefined,
  charset: Charset,
): Line[] {
  const { pid, role, state, cpuPercent, rssBytes, reason } = process;
  const branch = printable(level === 0 ? '' : `${'  '.repeat(level - 1)}└ `, charset);
  const facts = [
    text`${percent(cpuPercent)}% ${bytes(rssBytes)}`,
    ...portsOf(inspection?.ports.get(pid)),
    ...directoryOf(inspection?.directories.get(pid), charset),
    printable(reason.text, charset),
  ];
  return [
    [
      span(text`  ${branch}${pid} ${printable(role)} ${printable(state)} `),
      span(printable(commandOf(process), charset), 'heading'),
    ],
    [span(text`  ${printable('  '.repeat(level + 1))}${join(facts, ', ')}`, 'dim')],
  ];
}

function portsOf(ports: Reading<readonly number[]> | undefined): Printable[] {
  if (ports === undefined || (ports.ok && ports.value.length === 0)) return [];
  return ports.ok ? [text`listens on ${printable(ports.value.join(', '))}`] : [text`ports unknown`];
}

function directoryOf(directory: string | undefined, charset: Charset): Printable[] {
  return directory === undefined ? [] : [text`in ${printable(directory, charset)}`];
}

function tailLines(
  title: string,
  lines: Reading<readonly string[] | undefined>,
  most: number,
  charset: Charset,
): Line[] {
  if (lines.ok && lines.value === undefined) return [];
  return section(title, lines, charset, (all = []) =>
    all.slice(-most).map(line => outputLine(summaryOfLogLine(line), charset)),
  );
}

/** A heading with its content, or why that is unknown. */
function section<T>(
  title: string,
  reading: Reading<T>,
  charset: Charset,
  lines: (value: T) => Line[],
): Line[] {
  if (!reading.ok)
    return [
      heading(title, charset),
      [span(text`  ${printable(reading.reason, charset)}`, 'problem')],
    ];
  const shown = lines(reading.value);
  return [
    heading(title, charset),
    ...(shown.length > 0 ? shown : [[span(text`  nothing yet`, 'dim')]]),
  ];
}

function heading(title: string, charset: Charset): Line {
  return [span(printable(title, charset), 'title')];
}

function plain(words: Printable): Line {
  return [span(text`  ${words}`)];
}

/** A program's output stays on one line: it is cut, not wrapped. */
function outputLine(line: string, charset: Charset): Line {
  return [span(text`  `), span(printable(line, charset))];
}

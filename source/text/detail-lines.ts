/** The detail of a row: verdict with evidence, members, registry entry, and last output. */

import { loginRisk } from '../core/inventory/login-risk.ts';
import type { Deed } from '../core/model/history.ts';
import type { Inspection } from '../core/model/inspection.ts';
import type { Machine, Process, Reading, Row, RowSession, Snapshot } from '../core/model/model.ts';
import { commandOf } from '../core/programs/process-name.ts';
import { shortCommand } from '../core/programs/short-command.ts';
import { farHostOf } from '../core/rows/far-rows.ts';
import { summaryOfLogLine } from '../core/rows/log-lines.ts';
import { branchesOf, memberTree } from '../core/rows/tree.ts';
import { isOver } from './escalation-text.ts';
import { deedText, stampOf } from './history-lines.ts';
import { type Line, type Say, spansIn } from './line.ts';
import type { Charset } from './printable.ts';
import { bytes, percent } from './units.ts';
import { verdictLines } from './why-lines.ts';

/** @param inspection of this row, once available. */
export function detailLines(
  row: Row,
  inspection: Inspection | undefined,
  { machine, takenAt }: Pick<Snapshot, 'machine' | 'takenAt'>,
  charset: Charset,
): Line[] {
  const say = spansIn(charset);
  const { session, growth } = row;
  const host = farHostOf(row);
  return [
    ...(row.mark === 'gone' ? [[say('gone: last known state', 'problem')]] : []),
    ...verdictLines(row, takenAt, charset),
    ...(session === undefined || isOver(row) ? [] : [[say(sessionWords(session))]]),
    ...loginLines(inspection?.login, say),
    ...(growth === undefined || isOver(row)
      ? []
      : [[say(`  memory grows by ${bytes(growth.bytesPerSecond)} per second`, 'problem')]]),
    ...(isOver(row) ? [] : processLines(row, inspection, say)),
    ...doneLines(inspection?.deeds ?? [], charset),
    ...(inspection === undefined ? [] : inspectedLines(inspection, say)),
    ...(host === undefined || inspection !== undefined
      ? []
      : [[say(`reading its log, pane and files on ${host}`, 'dim')]]),
    ...identityLines(row, machine, say),
  ];
}

function identityLines({ key, far, processes }: Row, machine: Machine, say: Say): Line[] {
  const [main] = processes;
  if (main === undefined) return [];
  const start = main.start === '' ? '' : `, start ${main.start} (clock ticks after boot)`;
  return [
    [say('Identity', 'title')],
    [say(`  pid ${main.pid}${start}`)],
    [say(`  boot ${far?.bootId ?? machine.bootId}, key ${far?.key ?? key}`)],
  ];
}

function sessionWords({ name, socket, attached, serverPid }: RowSession): string {
  const watched = attached > 0 ? `, ${attached} attached` : '';
  const server = serverPid === undefined ? '' : `tmux server ${serverPid}, `;
  return `  session ${name} on ${server}socket ${socket}${watched} (press a to attach)`;
}

/** One span, which the screen can wrap. */
function loginLines(login: Inspection['login'], say: Say): Line[] {
  const risk = login && loginRisk(login);
  if (login === undefined || risk === undefined) return [];
  return [[say(`  tmux server ${login.pid} ${risk.text}; ${risk.advice}`, 'problem')]];
}

/** Number of last lines shown. */
const shownLines = { progress: 3, findings: 3, log: 12 } as const;
/** Prompts are long: the beginning is enough. */
const longestField = 300;

function inspectedLines({ records, tails, screen }: Inspection, say: Say): Line[] {
  const titles = { log: 'Log', progress: 'Progress', findings: 'Findings' } as const;
  // A program's output stays on one line: in two spans, it is cut, not wrapped.
  const output = (line: string) => [say('  '), say(line)];
  return [
    ...tails
      .filter(({ lines }) => !lines.ok || lines.value !== undefined)
      .flatMap(({ name, lines }) =>
        section(titles[name], lines, say, (all = []) =>
          all.slice(-shownLines[name]).map(line => output(summaryOfLogLine(line))),
        ),
      ),
    ...(screen === undefined ? [] : section('Screen', screen, say, shown => shown.map(output))),
    ...records.flatMap(({ path, fields }) =>
      section(`Registry entry (${path})`, fields, say, entries =>
        entries.map(([name, value]) => {
          const isLong = value.length > longestField;
          return [say(`  ${name}: ${isLong ? `${value.slice(0, longestField)}…` : value}`)];
        }),
      ),
    ),
  ];
}

/** Number of last deeds shown. */
const shownDeeds = 5;

function doneLines(deeds: readonly Deed[], charset: Charset): Line[] {
  if (deeds.length === 0) return [];
  const say = spansIn(charset);
  // One span each, which the screen can wrap.
  const lines = deeds
    .slice(-shownDeeds)
    .map(deed => [say(`  ${stampOf(deed.at)} ${deedText(deed)}`)]);
  return [[say('Done by vigil', 'title')], ...lines];
}

function processLines(row: Row, inspection: Inspection | undefined, say: Say): Line[] {
  if (row.processes.length === 0) return [];
  const tree = memberTree(row.processes);
  const branches = branchesOf([...tree.values()]);
  return [
    [say(`Processes: ${row.processes.length}`, 'title')],
    ...[...tree].flatMap(([process, level], index) => {
      const { pid, role, state, cpuPercent, rssBytes, reason } = process;
      const directory = inspection?.directories.get(pid);
      const facts = [
        `${percent(cpuPercent)}% CPU, ${bytes(rssBytes)}`,
        portsText(inspection?.ports.get(pid)),
        directory && `in ${directory}`,
        reason.text,
      ].filter(Boolean);
      return [
        [
          say(`  ${branches[index]}${pid} ${role} ${state} `),
          say(nameOfProcess(process), 'heading'),
        ],
        [say(`  ${'  '.repeat(level + 1)}${facts.join(', ')}`, 'dim')],
      ];
    }),
  ];
}

/** Without the interpreter and directories: what is left of a command line that is cut then names the program. */
function nameOfProcess(process: Process): string {
  return shortCommand(process.argv) || commandOf(process);
}

function portsText(ports: Reading<readonly number[]> | undefined): string {
  if (ports === undefined || (ports.ok && ports.value.length === 0)) return '';
  return ports.ok ? `listens on ${ports.value.join(', ')}` : 'ports unknown';
}

/** A heading with its content, or why that is unknown. */
function section<T>(
  title: string,
  reading: Reading<T>,
  say: Say,
  linesOf: (value: T) => Line[],
): Line[] {
  const lines = reading.ok ? linesOf(reading.value) : [[say(`  ${reading.reason}`, 'problem')]];
  return [[say(title, 'title')], ...(lines.length > 0 ? lines : [[say('  nothing yet', 'dim')]])];
}

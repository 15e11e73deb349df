/** Termination plans and results in words, for the terminal and the screen's dialog. The reason comes before
 * the command, which may be of any length. */

import { identityOf } from '../core/model/model.ts';
import { shortCommand } from '../core/programs/short-command.ts';
import type { EndPlan } from '../core/termination/end-plan.ts';
import { type Frees, freesOf } from '../core/termination/frees.ts';
import { describeLeft } from '../core/termination/left.ts';
import { isDead } from '../core/termination/progress.ts';
import { restartText } from '../core/termination/result.ts';
import { type EndReport, isOutOfScope } from '../core/termination/run-plan.ts';
import type { Ended, EndTarget } from '../core/termination/target.ts';
import { nameOfTarget } from '../core/termination/target-name.ts';
import { type Line, type Say, spansIn } from './line.ts';
import type { Charset } from './printable.ts';
import { bytes, counted, percent, seconds } from './units.ts';

export function endPlanLines({ targets }: EndPlan, charset: Charset): Line[] {
  const say = spansIn(charset);
  const ended = targets.filter(target => target.refused === undefined);
  const running = ended.filter(isRunning);
  const total = [say('total  '), say(freesText(freesOf(running)), 'heading')];
  return [
    ...(running.length > 1 ? [total] : []),
    ...targets.filter(target => !isOutOfScope(target)).flatMap(target => targetLines(target, say)),
    // Rows that a bulk command skips for lack of proof.
    ...targets
      .filter(isOutOfScope)
      .map(target => [
        say('not included: ', 'dim'),
        say(nameOfTarget(target), 'heading'),
        say(workspaceWords(target), 'dim'),
        say(`  ${target.refused?.text}`),
      ]),
  ];
}

function targetLines(target: EndTarget, say: Say): Line[] {
  const head = [
    say(nameOfTarget(target), 'heading'),
    say(`  ${target.class}${target.confidence === 'suspected' ? '?' : ''}`, target.class),
    say(workspaceWords(target)),
  ];
  const spared = sparedLines(target, say);
  if (target.refused !== undefined)
    return [head, [say(`  refused: ${target.refused.text}`, 'problem')], ...spared];
  const { session, keepsSession, members, notes } = target;
  const processes = counted(members.length, 'process', 'processes');
  const frees = isRunning(target)
    ? `${processes}, ${freesText(freesOf([target]))}`
    : 'no processes';
  return [
    [...head, say(`, ${frees}`)],
    ...(session === undefined ? [] : [[say(`  session ${session.name} (${session.id})`)]]),
    ...notes.map(note => [say(`  note  ${note}`, 'live')]),
    ...(keepsSession === undefined ? [] : [[say(`  keep  ${keepsSession}`, 'live')]]),
    ...memberLines(target, 'end ', say),
    ...filesWords(target).map(words => [say(words)]),
    ...spared,
  ];
}

/** Only where there are several workspaces. */
export function workspaceWords({ workspaceName }: Pick<EndTarget, 'workspaceName'>): string {
  return workspaceName === undefined ? '' : ` in ${workspaceName}`;
}

function isRunning({ members }: Ended): boolean {
  return members.length > 0;
}

export function sparedLines({ spared }: Pick<EndTarget, 'spared'>, say: Say): Line[] {
  return spared.map(({ pid, reason, command }) => [
    say(`  spare ${pid}  ${reason.text}`, 'live'),
    say(`  ${command}`, 'dim'),
  ]);
}

/** The reason once for those in a row that share it: their commands tell them apart.
 * @param what is done to each. */
export function memberLines(target: Ended, what: 'end ' | 'send', say: Say): Line[] {
  const { members } = target;
  const words = members.map(({ pid, reason }) => reasonInPlan(pid, reason.text, target));
  const pidWidth = Math.max(...members.map(({ pid }) => String(pid).length));
  return members.map(({ pid, command }, index) => [
    say(`  ${what}  ${String(pid).padStart(pidWidth)}  `),
    ...(words[index] === words[index - 1] ? [] : [say(`${words[index]}  `)]),
    say(shortCommand(command.split(' ')), 'dim'),
  ]);
}

/** The session, and the command of another member, have a line of their own, and its own pid is said before it. */
function reasonInPlan(own: number, text: string, { members, session }: Ended): string {
  const short = text
    .replace(/pid (\d+) \(.*\)/, (whole, pid) =>
      members.some(each => each.pid === Number(pid)) ? `pid ${pid}` : whole,
    )
    .replace(`pid ${own} is `, '');
  return session ? short.replaceAll(`session ${session.name}`, 'its session') : short;
}

/** ` files prompt and 4 logs archived`: the JSON names each file. */
function filesWords({ files = [] }: Ended): string[] {
  const logs = files.filter(({ kind }) => kind === 'log').length;
  const parts = [
    files.length > logs ? 'prompt' : '',
    logs === 0 ? '' : counted(logs, 'log'),
  ].filter(Boolean);
  return parts.length === 0 ? [] : [`  files ${parts.join(' and ')} archived`];
}

/** `frees 210M, 12.3% CPU, ports 3000 8080`. Unreadable ports are mentioned, a lack of ports or of CPU is not. */
function freesText({ rssBytes, cpuPercent, ports: { known, unknownOf } }: Frees): string {
  const word = known.length === 1 ? 'port' : 'ports';
  const unread = counted(unknownOf.length, 'process', 'processes');
  return [
    `frees ${bytes(rssBytes)}`,
    ...(percent(cpuPercent) === '0.0' ? [] : [`${percent(cpuPercent)}% CPU`]),
    ...(known.length === 0 ? [] : [`${word} ${known.join(' ')}`]),
    ...(unknownOf.length === 0 ? [] : [`ports of ${unread} unknown`]),
  ].join(', ');
}

/** Rows outside the plan are in no report. */
export function endReportLines({ ends }: Pick<EndReport, 'ends'>, charset: Charset): Line[] {
  const say = spansIn(charset);
  const ended = new Set(
    ends.flatMap(({ result }) =>
      result.processes.filter(({ outcome }) => isDead(outcome)).map(identityOf),
    ),
  );
  return ends
    .filter(({ result }) => !isOutOfScope(result.target))
    .flatMap(({ result, left, errors }) => {
      const { target, outcome, processes, durationMs, escalated, restarted = [] } = result;
      // A later target of the same report.
      const endedLater = restarted.filter(each => ended.has(identityOf(each))).map(restartText);
      const isOver = endedLater.length > 0 && errors.every(error => endedLater.includes(error));
      const count = counted(processes.length, 'process', 'processes');
      return [
        [
          say(nameOfTarget(target), 'heading'),
          say(workspaceWords(target)),
          say(
            `  ${isOver ? 'ended' : outcome}  ${count}, ${seconds(durationMs)}${escalated ? ', SIGKILL' : ''}`,
            isDead(outcome) || isOver ? 'live' : 'problem',
          ),
        ],
        ...errors.map(error => [
          endedLater.includes(error)
            ? say(`  ${error}; ended afterwards`)
            : say(`  ${error}`, 'problem'),
        ]),
        ...left.filter(each => each.isWanted).map(each => [say(`  ${describeLeft(each)}`)]),
      ];
    });
}

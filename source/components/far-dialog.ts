/** The plan of another machine's vigil, and what came of it: as it prints them there, with the machine's name. */
import { type Dialog, mayConfirm, wordOf } from '../screen/state/dialog.ts';
import type { FarRequest } from '../screen/state/plan-steps.ts';
import { type Line, spansIn } from '../text/line.ts';
import type { Charset } from '../text/printable.ts';
import { counted } from '../text/units.ts';
import { reasonLine } from './reason-line.ts';

type FarDialog = Extract<Dialog, { kind: 'far planning' | 'far' | 'far done' }>;

export function farDialogLines(dialog: FarDialog, isArmed: boolean, charset: Charset): Line[] {
  const say = spansIn(charset);
  const title = [say(` ${titleOf(dialog.request)} `, 'title')];
  const problems = (all: readonly string[]) => all.map(words => [say(words, 'problem')]);
  if (dialog.kind === 'far planning')
    return [title, [], [say(`waiting for the plan of ${dialog.request.host}`)]];
  const { lines, messages } = dialog.kind === 'far' ? dialog.plan : dialog.outcome;
  const content = lines.map(line => line.map(({ text, tone }) => say(text, tone)));
  const body = [...problems(messages), [], ...content];
  if (dialog.kind === 'far done') return [title, ...body];
  if (!mayConfirm(dialog)) return [title, [say('nothing to confirm')], ...body];
  return [title, ...answerLines(dialog, isArmed, charset), ...body];
}

function titleOf({ host, verb, force, rows }: FarRequest): string {
  if (verb !== 'kill') return `${verbs[verb]} on ${host}`;
  const what = counted(rows.length, 'target');
  return `${force ? 'Kill with SIGKILL' : 'End gracefully'}: ${what} on ${host}`;
}

const verbs = { reconcile: 'Reconcile', sweep: 'Sweep', shutdown: 'Shutdown' } as const;

/** Until the dialog has been shown for a moment, Enter confirms nothing. */
export const notRead = 'Read the plan first ';

/** What is asked there, and how it is answered here; Cancel is offered at once. */
function answerLines(
  dialog: Extract<Dialog, { kind: 'far' }>,
  isArmed: boolean,
  charset: Charset,
): Line[] {
  const say = spansIn(charset);
  const { plan, request, typed, wrong } = dialog;
  // Where it was asked, the question came after the list.
  const asked = plan.questions.map(({ text }) => [
    say(text.replace('listed above', 'listed below'), 'problem'),
  ]);
  const word = wordOf(dialog);
  if (word === undefined) {
    const answer = `y: the vigil on ${request.host} does what is listed`;
    return [
      [say(' > Cancel < ', 'cursor'), ...(isArmed ? [say(`  ${answer}`, 'dim')] : [])],
      ...reasonLine(dialog, say),
      ...asked,
    ];
  }
  const order = isArmed ? `Type "${word}" and press Enter ` : notRead;
  return [
    [say(`${order}(Esc cancels):`, 'problem')],
    [say(` ${typed.padEnd(word.length)} `, 'cursor')],
    ...(wrong === undefined ? [] : [[say(`"${wrong}" does not match; nothing was changed`)]]),
    ...asked,
  ];
}

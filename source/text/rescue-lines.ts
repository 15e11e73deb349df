/** The rescue of tmux servers in words, for the terminal and the screen's dialog. */
import type { Rescued, RescuePlan } from '../core/lifecycle/rescue.ts';
import { type Line, spansIn } from './line.ts';
import type { Charset } from './printable.ts';

export function rescuePlanLines({ servers, taken }: RescuePlan, charset: Charset): Line[] {
  const say = spansIn(charset);
  const isNone = servers.length + taken.length === 0;
  return [
    ...(isNone ? [[say('nothing to do: every tmux server has its socket', 'live')]] : []),
    ...servers.flatMap(({ pid, path }) => [
      [say(`tmux server ${pid}`, 'heading'), say(`  ${path} was removed`)],
      [say(`  send SIGUSR1 once: tmux recreates the socket; nothing in it is ended`)],
    ]),
    ...taken.flatMap(({ pid, path }) => [
      [say('not included: ', 'dim'), say(`tmux server ${pid}`, 'heading')],
      [say(`  another server has ${path}: the rescue would take it. End that one first`, 'dim')],
    ]),
  ];
}

export function rescuedLines(rescued: readonly Rescued[], charset: Charset): Line[] {
  const say = spansIn(charset);
  return rescued.map(({ server: { pid, path }, done }) => [
    done.ok
      ? say(`tmux server ${pid} answers on ${path}`, 'live')
      : say(`tmux server ${pid}: ${done.reason}`, 'problem'),
  ]);
}

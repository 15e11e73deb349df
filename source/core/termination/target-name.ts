/** The name of a target in texts: row keys are not shown. */
import { processKey } from '../model/row-keys.ts';
import { cutTo, shortCommand } from '../programs/short-command.ts';
import type { EndTarget } from './target.ts';

/** Longest command in a name: plans have the whole of it. */
const commandWidth = 40;

/** What the table calls it, its agent id, its session, or the pid and command of its leader: `pid 898 bash -c while :; do
 * sleep 5; done`. */
export function nameOfTarget({
  agentId,
  label,
  session,
  members,
  key,
}: Omit<EndTarget, 'refused'>): string {
  const leader = members.find(each => processKey(each) === key) ?? members[0];
  return (
    label ??
    agentId ??
    session?.name ??
    (leader &&
      `pid ${leader.pid} ${cutTo(shortCommand(leader.command.split(' ')), commandWidth)}`) ??
    key
  );
}

/** The name of a target in texts: row keys are not shown. */
import { processKey } from '../model/row-keys.ts';
import { baseName } from '../programs/command-line.ts';
import { wrappedCommand } from '../programs/wrapped-command.ts';
import type { EndTarget } from './target.ts';

/** Longest command in a name: plans have the whole of it. */
const commandWidth = 40;

/** Its agent id, session, or the pid and command of its leader: `pid 898 bash -c while :; do sleep 5; done`. */
export function nameOfTarget({
  agentId,
  session,
  members,
  key,
}: Omit<EndTarget, 'refused'>): string {
  const leader = members.find(each => processKey(each) === key) ?? members[0];
  return (
    agentId ?? session?.name ?? (leader && `pid ${leader.pid} ${shortened(leader.command)}`) ?? key
  );
}

/** The command without the directory of its program; of an agent program's shell, the command inside. */
function shortened(command: string): string {
  const [program = '', ...rest] = command.split(' ');
  const text = wrappedCommand(command) ?? [baseName(program), ...rest].join(' ');
  if (text.length <= commandWidth) return text;
  // Not in the middle of a surrogate pair.
  return `${text.slice(0, commandWidth - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

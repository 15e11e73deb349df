/** The name of a target in texts: row keys are not shown. */
import { baseName } from '../programs/command-line.ts';
import type { EndTarget } from './target.ts';

/** Its agent id, session, or pid and program. */
export function nameOfTarget({
  agentId,
  session,
  members,
  key,
}: Omit<EndTarget, 'refused'>): string {
  const [first] = members;
  const program = first && baseName(first.command.split(' ')[0] ?? '');
  return agentId ?? session?.name ?? (first && `pid ${first.pid} ${program}`) ?? key;
}

/** Result of a deploy, as lines. */
import type { DeployReport, DeployRequest } from '../core/lifecycle/deployment.ts';
import { type Line, span } from './line.ts';
import { type Charset, printable } from './printable.ts';

export function deployLines(
  request: DeployRequest,
  { agentId, session, processes, files }: DeployReport,
  dryRun: boolean,
  charset: Charset,
): Line[] {
  const line = (text: string): Line => [span(printable(text, charset))];
  const command = request.command.join(' ');
  if (dryRun)
    return [
      line(
        `would start an agent of type ${request.type} in ${files.map(({ path }) => path).join(', ')}: ${command}`,
      ),
    ];
  return [
    line(agentId ?? ''),
    line(`  session ${session ?? ''} (vigil why ${agentId ?? ''} explains it)`),
    ...processes.map(each => line(`  pid ${each.pid} ${each.argv.join(' ')}`)),
    ...files.map(({ path }) => line(`  ${path}`)),
  ];
}

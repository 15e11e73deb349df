/** What a guard on a farm meets beside leftovers: an agent that is over a limit, and people. */
import type { Cleanups } from './cleanups.ts';

/** Forks eight children that wait with it. */
export const runaway = `#!/usr/bin/env python3
import os, signal
pids = [os.getpid()]
for _ in range(8):
    pid = os.fork()
    if pid == 0:
        while True: signal.pause()
    pids.append(pid)
ready = os.environ['READY_FILE']
with open(ready + '.tmp', 'w') as file: file.write(' '.join(map(str, pids)))
os.rename(ready + '.tmp', ready)
while True: signal.pause()
`;

/** Processes and sessions of people that share a name, a prefix, a workspace or a mark with agents. */
export async function startBystanders(farm: Cleanups): Promise<Readonly<Record<string, number>>> {
  const { server, standIns, workspace } = farm;
  const detached = async (name: string, env: Record<string, string> = {}) => {
    const { env: settings, ready } = standIns.environment();
    const file = settings.READY_FILE as string;
    standIns.start(standIns.server(name), [file], env);
    return ready();
  };
  const inPane = async (session: string, words: string) => {
    const { env: settings, ready } = standIns.environment();
    const file = settings.READY_FILE as string;
    server.session(session, 'bash', '-c', `cd '${workspace.path}'; ${words} '${file}'; true`);
    const pid = await ready();
    standIns.adopt(pid);
    return pid;
  };
  const program = standIns.server('mcp-server-files');
  return {
    'with the name of a leftover': await detached('mcp-server-files'),
    'with the mark of a running agent, of which it is no child': await detached('build-tool', {
      VIGIL_AGENT: 'live-1:0b7e',
    }),
    'in the workspace, with its path in the command line': await inPane(
      'people-work',
      `'${standIns.server('editor-undead-1')}'`,
    ),
    'in a session with the prefix of agents': await inPane('agent_of_mine', `'${program}'`),
    'an agent that someone uses in a terminal': await farm.interactive('work'),
  };
}

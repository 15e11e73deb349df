/** Random polls of a made-up machine, with inherited marks and several servers. */
import fc from 'fast-check';
import type { Inventory, Origin, Process } from '../../source/core/model/model.ts';
import { entry, inventory, now, pane, process, registry, serverPid } from './inventory.ts';

const otherServer = 4001;
const pids = fc.integer({ min: 5000, max: 5012 });
const names = fc.constantFrom('a-1', 'a-12', 'b-2', 'toString');

const origin: fc.Arbitrary<Origin | undefined> = fc.option(
  fc.record({
    agentMark: fc.option(
      names.map(name => `${name}:uuid`),
      { nil: undefined },
    ),
    programMarks: fc.constantFrom(
      undefined,
      new Map([['CLAUDECODE', '1']]),
      new Map([['CLAUDE_PID', '5003']]),
    ),
    tmux: fc.constantFrom(
      undefined,
      { socketPath: '/s', serverPid, session: 1 },
      { socketPath: '/s', serverPid: 77, session: 1 },
    ),
    tmuxPane: pids.map(pid => `%${pid}`),
    service: fc.constantFrom(undefined, undefined, 'mcp.service'),
  }),
  { nil: undefined },
);
const someProcess = fc.record({
  pid: pids,
  ppid: fc.oneof(pids, fc.constantFrom(1, serverPid, otherServer)),
  sid: fc.option(pids, { nil: undefined }),
  command: fc.constantFrom(
    'bash',
    'claude -p x',
    'node /x/mcp-server',
    'python3 serve.py',
    'tee l',
  ),
  state: fc.constantFrom('S', 'S', 'S', 'Z'),
  threads: fc.constantFrom(1, 3),
  tty: fc.constantFrom(0, 3),
  origin,
});
const processes = fc.uniqueArray(someProcess, { selector: each => each.pid, maxLength: 9 });
/** A pid is a pane of one server only; two of its sessions may share the pane's window. */
const panes = fc.uniqueArray(
  fc
    .record({ name: names, pid: pids, dead: fc.boolean() })
    .map(each => ({ ...each, onOther: each.pid % 2 === 1 })),
  { selector: each => `${each.name} ${each.onOther}`, maxLength: 4 },
);
const entries = fc.uniqueArray(
  fc.record({ id: names, status: fc.constantFrom('working', 'completed', 'paused', undefined) }),
  { selector: each => each.id, maxLength: 4 },
);

export type Given = {
  readonly processes: readonly Process[];
  readonly origins: Readonly<Record<number, Origin>>;
  readonly servers: Inventory['servers'];
  readonly registries: Inventory['registries'];
};

export const looks: fc.Arbitrary<Given> = fc
  .record({ processes, panes, entries, index: entries })
  .map(given => {
    const server = (socket: string, onOther: boolean) => ({
      socket,
      path: `/tmp/tmux-1000/${socket}`,
      reading: {
        ok: true as const,
        value: given.panes
          .filter(each => each.onOther === onOther)
          .map(each =>
            pane(`agent_${each.name}`, each.pid, {
              dead: each.dead,
              serverPid: onOther ? otherServer : serverPid,
            }),
          ),
      },
    });
    return {
      processes: [
        process(otherServer, 1, 'tmux', { name: 'tmux: server' }),
        ...given.processes.map(({ pid, ppid, sid, command, state, threads, tty }) =>
          process(pid, ppid, command, { sid: sid ?? pid, state, threads, tty }),
        ),
      ],
      origins: Object.fromEntries(
        given.processes.flatMap(each =>
          each.origin === undefined ? [] : [[each.pid, each.origin]],
        ),
      ),
      servers: [server('default', false), server('second', true)],
      registries: [
        registry(
          'task',
          given.entries.map(({ id, status }) => entry(id, status)),
        ),
        registry(
          'global',
          given.index.map(({ id, status }) => entry(id, status, { task: 'TASK-1' })),
        ),
      ],
    };
  });

/** Marks are read in the order of the process table. */
export function inventoryOf(
  { processes, origins, servers, registries }: Given,
  takenAt = now,
): Inventory {
  const made = inventory({ processes, registries }, { servers, takenAt });
  const ordered = processes.flatMap(({ pid }): [number, Origin][] => {
    const found = origins[pid];
    return found === undefined ? [] : [[pid, found]];
  });
  return { ...made, origins: new Map(ordered) };
}

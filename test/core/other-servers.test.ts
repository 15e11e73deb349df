/** Which tmux servers a poll searches for beyond those that its sockets lead to, and which workspaces it adds. */
import { expect, it } from 'vitest';
import { observe } from '../../source/core/inventory/observe.ts';
import type { Origin, Process, ServerReading } from '../../source/core/model/model.ts';
import type { Sources } from '../../source/core/ports/host.ts';
import type { FoundServers } from '../../source/core/ports/sessions.ts';
import { emptyHost } from '../helpers/empty-host.ts';
import { entry, knowledge, pane, process, registry, serverPid } from '../helpers/inventory.ts';

const path = '/tmp/tmux-1000/default';
const server = (pid: number, more: Partial<Process> = {}) =>
  process(pid, 1, 'tmux', { name: 'tmux: server', ...more });
const answer = (panes = [pane('work', 5000)]): ServerReading => ({
  socket: 'default',
  path,
  reading: { ok: true, value: panes },
});
const unread: ServerReading = { ...answer(), reading: { ok: false, reason: 'no such socket' } };
const far: ServerReading = { ...answer(), socket: '/b/s', path: '/b/s' };

type World = {
  readonly table?: readonly Process[];
  readonly origins?: ReadonlyMap<number, Origin>;
  readonly shown?: readonly ServerReading[];
  readonly areChosen?: boolean;
  readonly found?: FoundServers;
  readonly registries?: Partial<Sources['registries']>;
};

/** @returns the inventory, and the pids of the servers that were searched for, or undefined. */
async function polled({ table = [], shown = [answer()], areChosen = false, ...given }: World) {
  let searched: readonly number[] | undefined;
  const host: Sources = {
    ...emptyHost,
    clock: { now: () => 0, steadyNow: () => 0, sleep: unexpected, yieldToEventLoop: unexpected },
    processes: {
      ...emptyHost.processes,
      read: async () => ({ ok: true, value: [server(serverPid), ...table] }),
      readOrigins: () => given.origins ?? new Map(),
      readDirectories: agents => new Map(agents.map(({ pid }) => [pid, `/agents/${pid}`])),
    },
    servers: {
      ...emptyHost.servers,
      areChosen,
      read: async () => shown,
      async find(servers) {
        searched = servers.map(({ pid }) => pid);
        return given.found ?? { readings: [], lost: [] };
      },
    },
    registries: { ...emptyHost.registries, ...given.registries },
  };
  return { inventory: await observe(host, knowledge.recogniser), searched };
}
const unexpected = async () => {
  throw new Error('nothing is waited for');
};
const missing = {
  read: async () => ({
    workspaces: [],
    registries: [registry('task', [entry('a-1', 'working')])],
    problems: [],
  }),
};

it('nothing is searched for while every server of this user has answered', async () => {
  const others = [server(4001, { uid: 7 }), server(4002), server(4003)];
  const origins = new Map<number, Origin>([
    [4002, { isNamespaced: true }],
    [4003, { executable: '/home/mallory/bin/evil' }],
  ]);
  expect((await polled({})).searched).toBe(undefined);
  expect((await polled({ table: others, origins })).searched).toBe(undefined);
});

it('a server that has not answered is searched for, and its answer is one as any other', async () => {
  const found = { readings: [far], lost: [] };
  const { searched, inventory } = await polled({ table: [server(4001)], found });
  expect([searched, inventory.servers]).toEqual([[4001], [answer(), far]]);
});

it('with chosen sockets one is searched for only where an agent is missing, and left out', async () => {
  const world = { table: [server(4001)], areChosen: true, found: { readings: [far], lost: [] } };
  expect((await polled(world)).searched).toBe(undefined);
  const { searched, inventory } = await polled({ ...world, registries: missing });
  expect(searched).toEqual([4001]);
  expect(inventory.servers).toEqual([answer(), { ...far, leftOut: 'excluded by -L or -S' }]);
});

it('with chosen sockets only a chosen one can be lost', async () => {
  const lost = [path, '/b/s'].map(each => {
    return { pid: 4001, start: '1', path: each, isTaken: false };
  });
  const found = { readings: [far], lost };
  const { inventory } = await polled({ shown: [unread], areChosen: true, found });
  expect([inventory.servers, inventory.lostServers]).toEqual([[unread], lost.slice(0, 1)]);
});

it('workspaces around agents are read in the same poll, once they are to be discovered', async () => {
  const around: (readonly string[])[] = [];
  let reads = 0;
  const registries = {
    read: async () => ({ workspaces: [`read ${++reads}`], registries: [], problems: [] }),
    discover(directories: readonly string[]) {
      around.push(directories);
      return around.length === 1;
    },
  };
  const agent = process(5000, serverPid, 'claude');
  const world = { table: [agent], origins: new Map([[5000, {}]]), registries };
  expect((await polled(world)).inventory.workspaces).toEqual(['read 2']);
  expect((await polled(world)).inventory.workspaces).toEqual(['read 3']);
  expect(around).toEqual([['/agents/5000'], ['/agents/5000']]);
});

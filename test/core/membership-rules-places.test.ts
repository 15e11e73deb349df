/** Where an agent can be, and which sources must be queried for it, rule by rule. */
import { describe, expect, it } from 'vitest';
import { recordedElsewhere } from '../../source/core/lifecycle/elsewhere.ts';
import type { AgentEntry, Process, RegistryReading, Row } from '../../source/core/model/model.ts';
import { preview } from '../../source/core/reconcile/reconcile.ts';
import { planReconcile } from '../../source/core/reconcile/reconcile-plan.ts';
import { agentRow, row, rowProcess, snapshotOf } from '../fixtures/snapshot.ts';
import { emptyHost } from '../helpers/empty-host.ts';
import { createFakeMachine } from '../helpers/fake-machine.ts';
import {
  classesOf,
  entry,
  inventory,
  judge,
  now,
  pane,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';
import { inPane, marked } from '../helpers/observation.ts';

const active = registry('task', [entry('a-1', 'working')]);

describe('a pane id is unique on its own server only', () => {
  const agent = [process(5000, serverPid, 'bash'), process(5001, 5000, 'claude', { sid: 5000 })];
  const other = process(4500, 1, 'tmux', { name: 'tmux: server' });

  it('so the mark of a pane on another server proves nothing', () => {
    const looksAt = (server: number) =>
      judge(
        inventory({
          processes: [...agent, other, process(7000, 1, 'python3 serve.py')],
          panes: [pane('agent_a-1', 5000)],
          registries: [active],
          origins: { 7000: inPane('%5000', server) },
        }),
      ).snapshot.rows[0]?.processes.map(({ pid }) => pid);
    expect(looksAt(serverPid)).toEqual([5001, 5000, 7000]);
    expect(looksAt(4500)).toEqual([5001, 5000]);
  });

  it('so a birth session is known on its own server only', () => {
    const looksAt = (start: string) =>
      classesOf(
        inventory(
          {
            processes: agent,
            panes: [pane('renamed', 5000, { sessionId: '$1' })],
            registries: [active],
            origins: { 5000: inPane('%5000') },
          },
          {
            sightings: [
              {
                serverPid,
                serverStart: start,
                sessionId: '$1',
                workspace: active.workspace,
                task: 'TASK-1',
                agentId: 'a-1',
              },
            ],
          },
        ),
      );
    expect(looksAt(`${serverPid}0`)).toEqual({ 'agent:a-1': 'live' });
    // Session numbers restart with each server.
    expect(looksAt('an earlier server')).not.toMatchObject({ 'agent:a-1': 'live' });
  });
});

describe('a child of init', () => {
  const looksAt = (left: Process, origin = {}) =>
    classesOf(inventory({ processes: [left], origins: { 1: {}, [left.pid]: origin } }));

  it('may have been started by it: an agent program is then a user’s', () => {
    expect(looksAt(process(7000, 1, 'claude'))).toEqual({ 'process:7000@70000': 'interactive' });
  });

  it('may have been started by it: an MCP server is then no row', () => {
    expect(looksAt(process(7000, 1, 'node /x/mcp-server'))).toEqual({});
    expect(looksAt(process(7000, 1, 'node /x/mcp-server', { sid: 1, pgid: 1 }))).toEqual({});
  });

  it('was adopted by it if the leader of its session is gone', () => {
    const left = process(7000, 1, 'node /x/mcp-server', { sid: 6999 });
    expect(looksAt(left)).toEqual({ 'process:7000@70000': 'orphan' });
  });

  it('was adopted by it if it carries a mark that init does not set', () => {
    const origin = marked({ CLAUDECODE: '1' });
    expect(looksAt(process(7000, 1, 'node /x/mcp-server'), origin)).toEqual({
      'process:7000@70000': 'orphan',
    });
  });
});

describe('before a bulk command ends rows, the workspaces around it are checked', () => {
  const theirs = '/other/.agent-workspace';
  const readingOf = (...entries: readonly AgentEntry[]) =>
    registry('task', entries, {
      workspace: theirs,
      path: `${theirs}/TASK-9/AGENT_REGISTRY.json`,
    });
  const processes = [rowProcess(7000, ['claude'])];
  const session = { socket: 'default', name: 'agent_b', attached: 0 };
  const ask = async (rows: readonly Row[], around: readonly RegistryReading[]) => {
    const asked: unknown[] = [];
    const found = await recordedElsewhere(
      {
        readAround: async (processes, known) => {
          asked.push([processes.map(({ pid }) => pid), known]);
          return around;
        },
      },
      rows,
      ['/w/.agent-workspace'],
    );
    return { asked, found };
  };
  const text = `recorded in ${theirs} (use -w)`;

  for (const [title, found, recorded] of [
    [
      'an orphan session whose name another workspace has',
      row({ class: 'orphan', key: 'k', session, processes }),
      entry('b', 'working'),
    ],
    [
      'a session that another workspace names otherwise',
      row({ class: 'orphan', key: 'k', session, processes }),
      entry('c', 'working', { session: 'agent_b' }),
    ],
    [
      'a leftover of an agent that another workspace has',
      row({ class: 'orphan', key: 'k', parent: 'b', processes }),
      entry('b', 'completed'),
    ],
    [
      'an undead that another workspace has as active',
      agentRow('b', 'completed', { class: 'undead', key: 'k', processes }),
      entry('b', 'working'),
    ],
    [
      'a husk that another workspace has as active',
      agentRow('b', 'working', { class: 'husk', key: 'k', session, processes }),
      entry('b', 'working'),
    ],
  ] as const)
    it(`${title} is skipped`, async () => {
      const { asked, found: reasons } = await ask([found], [readingOf(recorded)]);
      expect(asked).toEqual([[[7000], ['/w/.agent-workspace']]]);
      expect([...reasons]).toEqual([['k', { kind: 'elsewhere', text }]]);
    });

  it('an agent that both have as finished is ended', async () => {
    const undead = agentRow('b', 'completed', { class: 'undead', processes });
    const { found } = await ask([undead], [readingOf(entry('b', 'killed'))]);
    expect(found.size).toBe(0);
  });

  it('an unreadable registry there protects everything', async () => {
    const broken = { ...readingOf(), reading: { ok: false, reason: 'EACCES' } as const };
    const { found } = await ask([row({ class: 'orphan', key: 'k', processes })], [broken]);
    expect(found.get('k')?.kind).toBe('elsewhere');
  });
});

describe('a ghost is closed only after two polls', () => {
  const ghosts = snapshotOf([agentRow('a-1', 'working', { class: 'ghost' })]);
  const kindsOf = (plan: ReturnType<typeof planReconcile>) =>
    plan.places.flatMap(({ changes }) => changes.map(({ kind }) => kind));

  it('that both found it a ghost', () => {
    const others = snapshotOf([agentRow('a-2', 'working', { class: 'ghost' })]);
    expect(kindsOf(planReconcile([active], ghosts, ghosts))).toEqual(['close']);
    expect(kindsOf(planReconcile([active], ghosts, snapshotOf([])))).toEqual([]);
    expect(kindsOf(planReconcile([active], ghosts, others))).toEqual([]);
  });

  it('of which the first counts as much as the last', async () => {
    const live = snapshotOf([agentRow('a-1', 'working', { class: 'live' })]);
    const { host } = createFakeMachine();
    const surveyed = async (...looks: readonly (typeof ghosts)[]) => {
      const [first = ghosts, last = ghosts] = looks;
      const found = await preview(
        {
          host: {
            ...host,
            registryStore: { ...emptyHost.registryStore, backups: async () => [] },
          },
          monitor: {
            poll: async () => last,
            pollUntilSettled: async () => first,
            inventory: () => inventory({ registries: [active] }),
          },
        },
        false,
      );
      return found.kind === 'planned' ? kindsOf(found.plan) : found.kind;
    };
    expect(await surveyed(ghosts, ghosts)).toEqual(['close']);
    expect(await surveyed(live, ghosts)).toEqual([]);
    expect(await surveyed(ghosts, live)).toEqual([]);
  });

  it('and not while its registry is younger than the settling time', () => {
    const young = registry('task', [entry('a-1', 'working')], { modifiedAt: now - 100 });
    expect(classesOf(inventory({ registries: [young] }))).toEqual({ 'agent:a-1': 'unknown' });
    expect(classesOf(inventory({ registries: [active] }))).toEqual({ 'agent:a-1': 'ghost' });
  });
});

/** Agents that another manager has started: by its state file, by its mark, by the name of its session alone. */
import { describe, expect, it } from 'vitest';
import type { ManagerReading, ManagerRecord } from '../../source/core/model/managed.ts';
import type { Inventory, Origin, Pane, Process, Row } from '../../source/core/model/model.ts';
import { planEnd } from '../../source/core/termination/end-plan.ts';
import { changesSincePlan } from '../../source/core/termination/since-plan.ts';
import { endPlanLines } from '../../source/text/kill-lines.ts';
import { whyLines } from '../../source/text/why-lines.ts';
import {
  classesOf,
  entry,
  firstEnded,
  inventory,
  judge,
  knowledge,
  now,
  pane,
  planned,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

const socketPath = '/tmp/tmux-1000/default';
const home = new Map([['HOME', '/home/u']]);

function managed(...records: ManagerRecord[]): ManagerReading {
  const { manager = 'agent-deck' } = records[0] ?? {};
  return { manager, path: '/home/u', uid: 1000, records, faults: [] };
}

/** A shell in a pane of its own session, and claude below it. */
function session(name: string, pid = 100, more: Partial<Pane> = {}) {
  return {
    processes: [
      process(pid, serverPid, 'bash', { tty: pid }),
      process(pid + 1, pid, 'claude', { tty: pid, sid: pid }),
    ],
    panes: [pane(name, pid, more)],
  };
}

type Given = {
  readonly name: string;
  readonly records?: readonly ManagerRecord[];
  readonly origin?: Origin;
  readonly cwd?: string;
  readonly more?: Partial<Inventory>;
  readonly extra?: readonly Process[];
  readonly panes?: readonly Pane[];
};

function given({ name, records = [], origin = {}, cwd = '/w', more, extra = [], panes }: Given) {
  const parts = session(name);
  return inventory(
    {
      processes: [...parts.processes, ...extra],
      panes: panes ?? parts.panes,
      origins: { 101: { directories: home, ...origin } },
    },
    {
      managed: records.length > 0 ? [managed(...records)] : [],
      directories: new Map([[101, cwd]]),
      ...more,
    },
  );
}

function rowIn(inventoryGiven: Inventory, pid = 101): Row {
  const { rows } = judge(inventoryGiven).snapshot;
  const row = rows.find(each => each.processes.some(its => its.pid === pid));
  if (row === undefined) throw new Error(`pid ${pid} has no row`);
  return row;
}

const deck: ManagerRecord = {
  ...{ manager: 'agent-deck', id: 'ab12cd34', group: 'work', path: '/home/u/sessions.json' },
  session: 'agentdeck_api_9f3e',
};
const aoe: ManagerRecord = {
  ...{ manager: 'agent-of-empires', id: '0123456789abcdef', group: 'default', path: '/s.json' },
  ends: { start: 'aoe_', end: '_01234567' },
};
const workmux = (window: string, name: string): ManagerRecord => ({
  ...{ manager: 'workmux', id: '%100', path: '/agents/a.json', window, session: name },
  pane: { socketPath, id: '%100', pid: 100 },
  directory: '/src/app__worktrees/login',
});
const town = (id: string, group: string): ManagerRecord => ({
  ...{ manager: 'gas-town', id, group, directory: '/home/u/gt', path: '/home/u/gt/rigs.json' },
});
const squad: ManagerRecord = {
  ...{ manager: 'claude-squad', id: 'fix login', path: '/state.json' },
  session: 'claudesquad_fixlogin',
};

describe('the owner of a session', () => {
  it.each([
    ['agent-deck', deck.session, [deck], 'agent-deck -p work session stop ab12cd34'],
    ['aoe', 'aoe_my_task_01234567', [aoe], 'aoe -p default session stop 0123456789abcdef'],
    ['workmux, a session', 'wm-login', [workmux('zsh', 'wm-login')], 'workmux close login'],
    ['workmux, a window', 'work', [workmux('wm-login', 'work')], 'workmux close login'],
    ['claude-squad', 'claudesquad_fixlogin', [squad], undefined],
  ])('%s is what its state file says, with its command', (_what, name = '', records, stop) => {
    const row = rowIn(given({ name, records }));
    expect(row.class).toBe('interactive');
    expect(row.owner?.kind).toBe(records[0]?.manager);
    expect(row.owner?.stop?.join(' ')).toBe(stop);
    const evidence = row.evidence.filter(({ kind }) => kind === 'manager');
    expect(evidence.map(({ strength }) => strength)).toEqual(['proof']);
    expect(row.spared?.kind).toBe('manager');
  });

  it.each([
    ['gt-Toast', 'gt session stop app/Toast'],
    ['gt-crew-max', 'gt crew stop app/max'],
    ['gt-witness', 'gt witness stop app'],
    ['gt-refinery', 'gt refinery stop app'],
    ['gtx-Toast', 'gt session stop longer/Toast'],
    ['hq-mayor', 'gt mayor stop'],
    ['hq-deacon', 'gt deacon stop'],
    ['hq-dog-rex', undefined],
  ])('of Gas Town, %s, is asked with the words of its role', (name, stop) => {
    const records = [town('app', 'gt'), town('longer', 'gtx'), town('', 'hq')];
    const marks = new Map([
      ['GT_ROOT', '/home/u/gt'],
      ['GT_SESSION', name],
    ]);
    const cwd = `/home/u/gt/app/x/${name.replace(/^(gtx?|hq)-((crew|dog)-)?/, '')}/src`;
    for (const where of [{ origin: { managerMarks: marks } }, { cwd }]) {
      const { owner } = rowIn(given({ name, records, ...where }));
      expect([owner?.kind, owner?.stop?.join(' ')]).toEqual(['gas-town', stop]);
    }
  });

  it('is agent-deck where its agent has its mark, with the profile', () => {
    const managerMarks = new Map([
      ['AGENTDECK_INSTANCE_ID', 'ab12cd34'],
      ['AGENTDECK_PROFILE', 'home'],
    ]);
    const { owner } = rowIn(given({ name: 'agentdeck_api_1', origin: { managerMarks } }));
    expect(owner?.stop).toEqual(['agent-deck', '-p', 'home', 'session', 'stop', 'ab12cd34']);
    // Inherited by an agent that a user has started elsewhere.
    expect(rowIn(given({ name: 'notes', origin: { managerMarks } })).owner).toBeUndefined();
  });

  it('is not known by a mark that every session of the server inherits', () => {
    const deckMark = new Map([['AGENTDECK_INSTANCE_ID', 'ab12cd34']]);
    const townMark = new Map([['GT_ROOT', '/home/u/gt']]);
    const inherited = (name: string, managerMarks: ReadonlyMap<string, string>) => {
      const found = given({ name, origin: { managerMarks }, records: [town('app', 'gt')] });
      const origins = new Map([...found.origins, [serverPid, { managerMarks }] as const]);
      return rowIn({ ...found, origins }).owner;
    };
    expect(inherited('agentdeck_x_1', deckMark)?.managed?.isSuspected).toBe(true);
    expect(inherited('gt-notes', townMark)).toBeUndefined();
  });

  it('is only suspected where an agent of another session has the same mark', () => {
    const managerMarks = new Map([['AGENTDECK_INSTANCE_ID', 'ab12cd34']]);
    const mine = (other: string, records: ManagerRecord[] = []) => {
      const name = 'agentdeck_mine';
      const extra = [process(200, serverPid, 'claude', { tty: 200 })];
      const panes = [pane(name, 100), pane(other, 200, { paneId: '%9' })];
      const found = given({ name, extra, panes, records, origin: { managerMarks } });
      const origins = new Map([...found.origins, [200, { managerMarks }] as const]);
      return rowIn({ ...found, origins: records.length > 0 ? found.origins : origins }).owner;
    };
    expect(mine('agentdeck_api')).toMatchObject({ managed: { isSuspected: true } });
    expect(mine('agentdeck_api')?.stop).toBeUndefined();
    // An agent that one of agent-deck's has deployed.
    expect(mine('agent_a')?.stop).toContain('ab12cd34');
    // The mark is that of a session in its state file.
    expect(mine('other', [deck])).toMatchObject({ managed: { isSuspected: true } });
  });

  it.each(['/home/u/gt/app', '/home/u/gt/app/crew/joe/notes'])(
    'is not Gas Town for an agent that a user runs in the town, in %s',
    cwd => {
      const records = [town('app', 'gt')];
      expect(rowIn(given({ name: 'gt-notes', records, cwd })).owner).toBeUndefined();
    },
  );

  it.each(['agentdeck_notes', 'aoe_notes', 'claudesquad_notes'])(
    'is suspected by the name %s alone, and not asked',
    name => {
      const found = given({ name });
      const row = rowIn(found);
      expect([row.class, row.owner?.stop, row.owner?.managed?.isSuspected]).toEqual([
        'interactive',
        undefined,
        true,
      ]);
      const why = whyLines(row, now, 'unicode').map(line => line.map(({ text }) => text).join(''));
      expect(why.join('\n')).toMatch(/owner perhaps [a-z-]+/);
      expect(why.join('\n')).toContain('hint: session');
      const { plan } = planned(found);
      expect(firstEnded(plan).owner?.stop).toBeUndefined();
      expect(firstEnded(plan).notes[0]).toMatch(
        /^perhaps .* has started it and may start it again/,
      );
    },
  );

  it.each([
    ['gt-notes', [town('app', 'gt')]],
    ['wm-notes', [workmux('wm-login', 'wm-login')]],
    ['aoe_term_x_01234567', []],
    ['notes', [deck, aoe, squad]],
  ])('is not there for a user’s session %s', (name, records) => {
    const user = { name, records, panes: [pane(name, 100, { paneId: '%7' })] };
    const row = rowIn(given(user));
    const isNamed = name.startsWith('aoe_');
    expect([row.class, row.owner?.managed?.isSuspected]).toEqual([
      'interactive',
      isNamed ? true : undefined,
    ]);
    expect(row.spared === undefined).toBe(!isNamed);
  });

  it('is not known by a name that two servers have, but for the default one', () => {
    const name = deck.session ?? '';
    const other = { socket: 'other', path: '/tmp/tmux-1000/other' };
    const twice = given({ name, records: [deck] });
    const theirs = pane(name, 300, { serverPid: 4001, paneId: '%1' });
    const both = {
      ...twice,
      processes: {
        ok: true as const,
        value: [
          ...(twice.processes.ok ? twice.processes.value : []),
          process(4001, 1, 'tmux', { name: 'tmux: server' }),
          process(300, 4001, 'claude', { tty: 300 }),
        ],
      },
      servers: [...twice.servers, { ...other, reading: { ok: true as const, value: [theirs] } }],
    };
    expect(rowIn(both).owner?.managed?.isSuspected).toBeUndefined();
    expect(rowIn(both, 300).owner?.managed?.isSuspected).toBe(true);
  });

  it('is not asked where its command would end another agent', () => {
    const name = deck.session ?? '';
    const extra = [process(200, serverPid, 'claude', { tty: 200 })];
    const panes = [pane(name, 100), pane(name, 200)];
    const { owner } = rowIn(given({ name, records: [deck], extra, panes }));
    expect(owner?.stop).toBeUndefined();
    expect(owner?.managed?.whyNotAsked).toContain('would also end another agent');
  });

  it('is not asked any more once its session has something else than in the plan', async () => {
    const name = deck.session ?? '';
    const found = given({ name, records: [deck] });
    const target = firstEnded(planned(found).plan);
    const before = session(name).processes;
    const reasonOf = async (table: readonly Process[], panes: readonly Pane[]) => {
      const reading = { ok: true as const, value: panes };
      const servers = { read: async () => [{ socket: 'default', path: socketPath, reading }] };
      const value = [process(serverPid, 1, 'tmux', { name: 'tmux: server' }), ...table];
      const changed = await changesSincePlan({ servers }, [target], { ok: true, value });
      return changed.get(target.key);
    };
    const own = pane(name, 100);
    expect(await reasonOf(before, [own])).toBeUndefined();
    // What the agent itself has started.
    const child = process(300, 101, 'npm test', { tty: 100, sid: 100 });
    expect(await reasonOf([...before, child], [own])).toBeUndefined();
    const vim = process(200, serverPid, 'vim notes', { tty: 200 });
    expect(await reasonOf([...before, vim], [own, pane(name, 200)])).toBe(
      `pid 200 (vim notes) was started in session ${name} after the plan`,
    );
    expect(await reasonOf(before, [])).toBe(`it is not in session ${name} any more`);
    const again = before.map(each => ({ ...each, start: `${each.start}1` }));
    expect(await reasonOf(again, [own])).toBe('it has exited since the plan');
  });

  it('is not asked where its command would end an editor', () => {
    const name = deck.session ?? '';
    const whyNot = (extra: readonly Process[], panes: readonly Pane[]) =>
      rowIn(given({ name, records: [deck], extra, panes })).owner?.managed?.whyNotAsked;
    const beside = [pane(name, 100), pane(name, 200)];
    const shell = process(200, serverPid, 'bash', { tty: 200 });
    const ends = `its command would also end pid 201 (vim notes) in session ${name}`;
    expect(whyNot([shell, process(201, 200, 'vim notes', { tty: 200 })], beside)).toBe(ends);
    // Suspended, in the agent's own pane.
    expect(whyNot([process(201, 100, 'vim notes', { tty: 100 })], [pane(name, 100)])).toBe(ends);
    expect(whyNot([shell], beside)).toBeUndefined();
    expect(
      whyNot([process(201, 101, 'npm test', { tty: 100 })], [pane(name, 100)]),
    ).toBeUndefined();
  });

  it('is not asked where vigil runs in that session', () => {
    const name = deck.session ?? '';
    const extra = [
      process(200, serverPid, 'bash', { tty: 200 }),
      process(99_999, 200, 'node vigil', { tty: 200 }),
    ];
    const panes = [pane(name, 100), pane(name, 200)];
    const { owner } = rowIn(given({ name, records: [deck], extra, panes }));
    expect([owner?.kind, owner?.stop]).toEqual(['agent-deck', undefined]);
    expect(owner?.managed?.whyNotAsked).toBe(`vigil itself runs in session ${name}`);
  });

  it.each(['-rf', 'a b', 'x\u001b[2J', '../up', '', 'a;b', '$(id)'])(
    'is not asked about the id %j',
    id => {
      const name = deck.session ?? '';
      const { owner } = rowIn(given({ name, records: [{ ...deck, id }] }));
      expect([owner?.kind, owner?.stop]).toEqual(['agent-deck', undefined]);
      const group = rowIn(given({ name, records: [{ ...deck, group: id }] })).owner;
      expect([group?.kind, group?.stop]).toEqual(['agent-deck', undefined]);
    },
  );
});

describe('an entry of a registry', () => {
  const recorded = (records: readonly ManagerRecord[]) => {
    const name = 'agentdeck_api_9f3e';
    const registries = [registry('task', [entry('a-1', 'working', { session: name })])];
    return rowIn(given({ name, records, more: { registries } }));
  };
  it('outranks the name of a session', () => {
    const row = recorded([]);
    expect([row.class, row.agentId, row.owner]).toEqual(['live', 'a-1', undefined]);
  });
  it('goes with a state file: named, and spared', () => {
    const row = recorded([deck]);
    expect([row.agentId, row.owner?.kind, row.spared?.kind]).toEqual([
      'a-1',
      'agent-deck',
      'manager',
    ]);
  });
});

describe('a bulk command', () => {
  const name = 'agent_x-1';
  const bulk = (found: Inventory, includesSuspected = true) => {
    const { snapshot } = judge(found);
    const wanted = snapshot.rows.map(row => ({ row, isNamed: false }));
    return planEnd(snapshot, found, wanted, { ...knowledge, includesSuspected }).targets;
  };
  it('spares a manager’s session with an agent’s name, and ends one without', () => {
    const records = [{ ...squad, session: name }];
    expect(bulk(given({ name, records })).map(each => each.refused?.kind)).toEqual(['manager']);
    expect(bulk(given({ name })).map(each => each.refused)).toEqual([undefined]);
  });
  it('takes a leftover of an agent that ran in such a session', () => {
    const found = given({
      name: deck.session ?? '',
      records: [deck],
      extra: [process(500, 1, 'mcp-server-git', { startedAt: now - 60_000 })],
    });
    const withMark = {
      ...found,
      origins: new Map([
        ...found.origins,
        [500, { programMarks: new Map([['CLAUDE_PID', '77']]) }] as const,
      ]),
    };
    expect(classesOf(withMark)['process:500@5000']).toBe('orphan');
    const refused = bulk(withMark).map(each => [each.key, each.refused?.kind]);
    expect(refused).toContainEqual(['process:500@5000', undefined]);
    expect(refused).toContainEqual(['process:101@1010', 'manager']);
  });
});

describe('the plan', () => {
  const name = deck.session ?? '';
  it('has the command, the agent’s home and the server of its session', () => {
    const { plan } = planned(given({ name, records: [deck] }));
    expect(firstEnded(plan).owner?.stop).toEqual({
      executable: 'agent-deck',
      words: ['-p', 'work', 'session', 'stop', 'ab12cd34'],
      env: { HOME: '/home/u', TMUX: `${socketPath},0,0`, TMUX_TMPDIR: '/tmp' },
      cwd: undefined,
    });
    const lines = endPlanLines(plan, 'unicode').map(line => line.map(({ text }) => text).join(''));
    expect(lines).toContain(
      `  note  agent-deck is asked first: agent-deck -p work session stop ab12cd34 (ends session ${name})`,
    );
  });
  it('asks nothing on behalf of another user, or without a home', () => {
    const root = { machine: { host: 'h', bootId: 'boot', uid: 0, pid: 99_999 } };
    const theirs = planned(given({ name, records: [deck], more: root })).plan;
    const homeless = planned(
      given({ name, records: [deck], origin: { directories: new Map() } }),
    ).plan;
    for (const plan of [theirs, homeless]) {
      expect(firstEnded(plan).owner?.stop).toBeUndefined();
      expect(firstEnded(plan).notes[0]).toContain('agent-deck is not asked');
    }
  });
});

describe('the command of workmux', () => {
  it('gets the pane, in the session of which it finds the window', () => {
    const records = [workmux('wm-login', 'work')];
    const { owner } = firstEnded(planned(given({ name: 'work', records })).plan);
    expect(owner?.stop).toMatchObject({
      env: { TMUX_PANE: '%100' },
      cwd: '/src/app__worktrees/login',
    });
  });
  it('is not used where it would end another agent in the window', () => {
    const other = {
      ...workmux('wm-login', 'work'),
      id: '%200',
      pane: { socketPath, id: '%200', pid: 200 },
    };
    const extra = [process(200, serverPid, 'codex', { tty: 200 })];
    const panes = [pane('work', 100), pane('work', 200)];
    const stopWith = (records: readonly ManagerRecord[]) =>
      rowIn(given({ name: 'work', records, extra, panes })).owner?.stop;
    // In another window of the session there may be any agent.
    expect(stopWith([workmux('wm-login', 'work')])).toBeDefined();
    expect(stopWith([workmux('wm-login', 'work'), other])).toBeUndefined();
  });
});

describe('a systemd unit', () => {
  const user = process(900, 1, '/usr/lib/systemd/systemd --user');
  const unit = (
    processes: readonly Process[],
    origin: Origin,
    more: Partial<Inventory> = {},
  ): Row => {
    const origins = {
      901: { directories: home, ...origin },
      902: { directories: home, ...origin },
    };
    return rowIn(inventory({ processes: [user, ...processes], origins }, more), 901);
  };
  const service = { service: 'nightly.service', isUserService: true };
  const agent = process(901, 900, 'claude -p');

  it('of the user owns the agent that it runs, and is stopped by its name', () => {
    const row = unit([agent], service);
    expect(row.owner).toMatchObject({
      kind: 'systemd-unit',
      id: 'nightly.service',
      stop: ['systemctl', '--user', 'stop', 'nightly.service'],
    });
    expect([row.class, row.spared?.kind]).toEqual(['interactive', 'manager']);
  });
  it('may run it through a shell', () => {
    const row = unit([process(902, 900, 'bash -c x'), process(901, 902, 'claude -p')], service);
    expect(row.owner?.stop).toContain('nightly.service');
  });
  it.each([
    ['cron', [process(902, 900, 'cron')]],
    ['codex', [process(902, 900, 'bash run'), process(903, 902, 'codex exec')]],
  ])('that also runs %s is named, and not stopped', (what, others) => {
    const { owner } = unit([...others, process(901, 902, 'claude -p')], service);
    expect([owner?.kind, owner?.stop]).toEqual(['systemd-unit', undefined]);
    expect(owner?.managed?.whyNotAsked).toContain(`(${what}`);
  });
  it('of the system is stopped by root alone', () => {
    const system = { service: 'agent.service' };
    const row = unit([process(901, 1, 'claude -p')], system);
    expect([row.owner?.kind, row.owner?.stop]).toEqual(['systemd-unit', undefined]);
  });
  it('is none for an agent on a terminal, in a scope, or with a strange name', () => {
    const typed = unit([process(901, 900, 'claude', { tty: 5 })], service);
    expect(typed.owner).toBeUndefined();
    expect(unit([agent], {}).owner).toBeUndefined();
    expect(unit([agent], { ...service, service: '-x.service' }).owner?.stop).toBeUndefined();
  });
  it('is not stopped where vigil itself runs in it', () => {
    const own = process(99_999, 902, 'node vigil');
    const row = unit([process(902, 900, 'bash'), process(901, 902, 'claude -p'), own], service);
    expect(row.owner?.stop).toBeUndefined();
  });
});

/** The state files of other managers, as their sources write them. */
import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { managerKinds } from '../../source/core/model/managed.ts';
import { createOriginReader } from '../../source/host/processes/proc-origins.ts';
import { createManagerRecords } from '../../source/host/recorders/managers/create-manager-records.ts';
import { createOwners } from '../../source/host/run/owner-stop.ts';
import { process as processOf } from '../helpers/inventory.ts';
import { createManagers, type Managers } from '../helpers/managers.ts';

let directory: string;
let managers: Managers;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  managers = createManagers(directory, '/bin/false');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const uid = process.getuid?.() ?? 0;
const read = (env: NodeJS.ProcessEnv = {}) =>
  createManagerRecords({ HOME: managers.home, ...env }, uid).read(managerKinds, []);
const recordsIn = (readings = read()) => readings.flatMap(({ records }) => records);
const faultsIn = (readings = read()) => readings.flatMap(({ faults }) => faults);

describe('the state of', () => {
  it('agent-deck: sessions of each profile, in both places', () => {
    const instance = { id: 'ab12', title: 'api', tmux_session: 'agentdeck_api_1', notes: 'secret' };
    const old = managers.put('.agent-deck/profiles/work/sessions.json', { instances: [instance] });
    const data = join(managers.home, 'data');
    const path = managers.put('data/agent-deck/profiles/default/sessions.json', {
      instances: [{ ...instance, id: 'cd34', tmux_session: 'agentdeck_web_2' }, { id: 'no' }],
    });
    const common = { manager: 'agent-deck' };
    expect(recordsIn(read({ XDG_DATA_HOME: data }))).toEqual([
      { ...common, id: 'cd34', session: 'agentdeck_web_2', group: 'default', path },
      { ...common, id: 'ab12', session: 'agentdeck_api_1', group: 'work', path: old },
    ]);
  });

  it('Agent of Empires: ids, which end the names of its sessions', () => {
    const path = managers.put('.config/agent-of-empires/profiles/default/sessions.json', [
      { id: '0123456789abcdef', title: 'My task', command: 'claude', agent_session_id: 'x' },
      { id: 'short' },
      'no object',
    ]);
    expect(recordsIn()).toEqual([
      {
        ...{ manager: 'agent-of-empires', id: '0123456789abcdef', group: 'default', path },
        ends: { start: 'aoe_', end: '_01234567' },
      },
    ]);
  });

  it('workmux: panes of tmux with their server', () => {
    const key = { backend: 'tmux', instance: '/tmp/tmux-0/default', pane_id: '%3' };
    const state = { pane_key: key, workdir: '/src/app__worktrees/login', pane_pid: 41 };
    const name = 'tmux__%2Ftmp%2Ftmux-0%2Fdefault__%253.json';
    const folder = '.local/state/workmux/agents';
    const path = managers.put(`${folder}/${name}`, {
      ...{ ...state, window_name: 'wm-login', session_name: 'work', pane_title: 'a title' },
    });
    managers.put(`${folder}/wezterm__main__3.json`, { ...state, pane_key: { backend: 'wezterm' } });
    managers.put(`${folder}/tmux__none__1.json`, { workdir: '/x' });
    expect(recordsIn()).toEqual([
      {
        ...{ manager: 'workmux', id: '%3', path, directory: state.workdir },
        ...{ window: 'wm-login', session: 'work' },
        pane: { socketPath: '/tmp/tmux-0/default', id: '%3', pid: 41 },
      },
    ]);
  });

  it('Gas Town: the prefixes of its rigs, and the town', () => {
    const path = managers.put('gt/mayor/rigs.json', {
      version: 1,
      rigs: { app: { git_url: 'g', beads: { repo: 'local', prefix: 'gt' } }, bare: {} },
    });
    const common = { manager: 'gas-town', directory: join(managers.home, 'gt'), path };
    expect(recordsIn()).toEqual([
      { ...common, id: 'app', group: 'gt' },
      { ...common, id: '', group: 'hq' },
    ]);
  });

  it('claude-squad: titles, as tmux has them', () => {
    const path = managers.put('.claude-squad/state.json', {
      help_screens_seen: 1,
      instances: [{ title: 'fix login v1.2', diff_stats: { content: 'a secret' } }],
    });
    const session = 'claudesquad_fixloginv1_2';
    expect(recordsIn()).toEqual([{ manager: 'claude-squad', id: 'fix login v1.2', session, path }]);
  });
});

describe('a state file', () => {
  it('is read only where its manager could be there', () => {
    managers.put('.claude-squad/state.json', { instances: [{ title: 'x' }] });
    const reader = createManagerRecords({ HOME: managers.home }, uid);
    expect(reader.read([], [])).toEqual([]);
    expect(reader.read(['workmux'], []).flatMap(({ records }) => records)).toEqual([]);
    expect(reader.read(['claude-squad'], []).flatMap(({ records }) => records)).toHaveLength(1);
  });

  it('that is a link, a FIFO, too large, broken or another user’s is reported and not read', () => {
    const other = join(managers.home, 'elsewhere.json');
    managers.put('elsewhere.json', { instances: [{ title: 'x' }] });
    const put = (path: string) => {
      mkdirSync(dirname(join(managers.home, path)), { recursive: true });
      return join(managers.home, path);
    };
    symlinkSync(other, put('.claude-squad/state.json'));
    execFileSync('mkfifo', [put('gt/mayor/rigs.json')]);
    managers.put(
      '.agent-deck/profiles/a/sessions.json',
      `{"instances": ["${'x'.repeat(2 ** 20)}"]}`,
    );
    managers.put('.agent-of-empires/profiles/a/sessions.json', '{"not": "a list"}');
    expect(faultsIn().map(each => each.replace(/^.*: /, ''))).toEqual([
      'larger than 1 MB',
      'is not valid JSON',
      'not a regular file',
      'is a symbolic link',
    ]);
    expect(recordsIn()).toEqual([]);
    const found = [{ manager: 'claude-squad', path: managers.home, uid: uid + 1 }] as const;
    managers.put('state.json', { instances: [{ title: 'x' }] });
    const theirs = createManagerRecords({ HOME: '/nonexistent' }, uid).read(
      ['claude-squad'],
      found,
    );
    expect(faultsIn(theirs)[0]).toContain(`belongs to uid ${uid}`);
  });

  it('is not written, and read again when it has changed', () => {
    const path = managers.put('.claude-squad/state.json', { instances: [{ title: 'one' }] });
    const reader = createManagerRecords({ HOME: managers.home }, uid);
    const titles = () =>
      reader.read(['claude-squad'], []).flatMap(({ records }) => records.map(({ id }) => id));
    const before = lstatSync(path, { bigint: true });
    expect([titles(), titles()]).toEqual([['one'], ['one']]);
    expect(lstatSync(path, { bigint: true }).mtimeNs).toBe(before.mtimeNs);
    managers.put('.claude-squad/state.json', { instances: [{ title: 'another' }] });
    utimesSync(path, 1, 1);
    expect(titles()).toEqual(['another']);
  });
});

describe('what an agent inherits', () => {
  /** A process as /proc shows it. */
  const originOf = (cgroup: string, environ: readonly string[] = ['HOME=/home/u']) => {
    const folder = join(directory, '77');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'environ'), environ.map(each => `${each}\0`).join(''));
    writeFileSync(join(folder, 'cgroup'), `0::${cgroup}\n`);
    writeFileSync(join(folder, 'status'), 'Name:\tclaude\n');
    return createOriginReader(directory)([processOf(77, 1, 'claude')]).get(77);
  };
  const user = '/user.slice/user-1000.slice/user@1000.service';

  it.each([
    [`${user}/app.slice/nightly.service`, 'nightly.service', true],
    ['/system.slice/agent.service', 'agent.service', undefined],
    [`${user}/app.slice/run-u12.scope`, undefined, undefined],
    [`${user}/tmux-spawn-0a-1b.scope`, undefined, undefined],
    [`${user}/init.scope`, undefined, undefined],
    ['/user.slice/user-1000.slice/session-2.scope', undefined, undefined],
  ])('is a service or a scope: %s', (cgroup, service, isUserService) => {
    expect(originOf(cgroup)).toMatchObject({ service, isUserService });
  });

  it('is kept by an allow-list', () => {
    const marks = ['AGENTDECK_INSTANCE_ID=ab12', 'GT_ROOT=/home/u/gt'];
    const places = ['HOME=/home/u', 'XDG_DATA_HOME=/data'];
    const terminal = ['STY=812.work'];
    const origin = originOf('/', [
      ...marks,
      ...places,
      ...terminal,
      'AGENTDECK_TITLE=secret',
      'TOKEN=secret',
    ]);
    expect([...(origin?.managerMarks ?? [])].map(each => each.join('='))).toEqual(marks);
    expect([...(origin?.directories ?? [])].map(each => each.join('='))).toEqual(places);
    expect([...(origin?.terminalMarks ?? [])].map(each => each.join('='))).toEqual(terminal);
    expect(JSON.stringify(origin)).not.toContain('secret');
  });
});

describe('the command of a manager', () => {
  const stop = (executable: string, PATH: string) =>
    createOwners({ PATH }).stop({
      ...{ executable, words: ['-p', 'work', 'session', 'stop', 'refuse'] },
      env: { HOME: managers.home },
      cwd: directory,
    });
  it('is found in the user’s PATH, never in a relative directory of it', async () => {
    expect(await stop('agent-deck', managers.path)).toEqual({ ok: false, reason: 'it is busy' });
    expect(managers.calls()).toEqual([`agent-deck -p work session stop refuse in ${directory}`]);
    const before = process.cwd();
    process.chdir(join(directory, 'managers'));
    const relative = await stop('agent-deck', '.::/usr/bin');
    process.chdir(before);
    expect(relative).toEqual({ ok: false, reason: 'agent-deck is not in $PATH' });
    expect(managers.calls()).toHaveLength(1);
  });
});

/** tmux servers that end with a login: the detail of a row, and the doctor. */
import { describe, expect, it } from 'vitest';
import { createInspector } from '../../source/core/inventory/inspector.ts';
import { loginChecks, loginRisk } from '../../source/core/inventory/login-risk.ts';
import type { Inspection } from '../../source/core/model/inspection.ts';
import type { LoginScope } from '../../source/core/ports/logins.ts';
import { detailLines } from '../../source/text/detail-lines.ts';
import { nothingOf } from '../fixtures/nothing.ts';
import { agentRow, snapshotOf } from '../fixtures/snapshot.ts';
import { inventory, pane, serverPid } from '../helpers/inventory.ts';

const scope = (more: Partial<LoginScope> = {}): LoginScope => ({
  ...{ pid: serverPid, session: '12', isLingering: false },
  ...more,
});
const start = 'start tmux with systemd-run --user --scope tmux';

describe('a tmux server', () => {
  it('in a login session may end with it, and is said to where that is configured', () => {
    const advice = `run loginctl enable-linger, and ${start}`;
    expect(loginRisk(scope())).toEqual({
      text: 'is in login session 12: it may end when you log out',
      advice,
    });
    expect(loginRisk(scope({ killsProcesses: true }))).toEqual({
      text: 'is in login session 12: it ends when you log out',
      advice,
    });
  });

  it('stays where logind kills nothing, or where nothing is known and the user lingers', () => {
    expect(loginRisk(scope({ killsProcesses: false }))).toBeUndefined();
    expect(loginRisk(scope({ isLingering: true }))).toBeUndefined();
    // Lingering does not keep the processes of a session.
    expect(loginRisk(scope({ isLingering: true, killsProcesses: true }))?.advice).toBe(start);
  });

  it('below the user’s manager ends with the last login, unless the user lingers', () => {
    const below = scope({ session: undefined });
    expect(loginRisk(below)?.text).toContain('ends with your last logout');
    expect(loginRisk({ ...below, isLingering: true })).toBeUndefined();
  });
});

const seen = inventory({ panes: [pane('agent_a-1', 11), pane('other', 12)] });
const logins = { read: (pid: number) => (pid === serverPid ? scope() : undefined) };

it('the doctor names each server once, with what to do', () => {
  expect(loginChecks(seen, logins)).toEqual([
    {
      name: `tmux server ${serverPid}`,
      state: 'bad',
      detail: 'is in login session 12: it may end when you log out',
      advice: `run loginctl enable-linger, and ${start}`,
    },
  ]);
  expect(loginChecks(seen, { read: () => undefined })).toEqual([]);
});

describe('the detail of a row', () => {
  const session = { socket: 'default', name: 'agent_a-1', attached: 0 };
  const row = agentRow('a-1', 'working', { class: 'live', session });
  const shown = (inspection: Inspection) =>
    detailLines(row, inspection, snapshotOf([row]), 'unicode')
      .map(line => line.map(({ text }) => text).join(''))
      .filter(line => line.includes('login'));

  it('has a line about its server', async () => {
    const inspection = await new Promise<Inspection>(resolve => {
      const processes = { inspect: async () => nothingOf(row.key) };
      createInspector(
        { processes, logins },
        { inventory: () => seen },
        { about: () => [] },
      ).inspect({ row, takenAt: 0, aspect: 'detail' }, resolve);
    });
    expect(shown(inspection)).toEqual([
      `  tmux server ${serverPid} is in login session 12: it may end when you log out; run loginctl enable-linger, and ${start}`,
    ]);
  });

  it('has none without a risk', () => {
    expect(shown({ ...nothingOf(row.key), login: scope({ killsProcesses: false }) })).toEqual([]);
    expect(shown(nothingOf(row.key))).toEqual([]);
  });
});

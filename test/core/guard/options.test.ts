/** The key `guard` of the configuration file: what is refused, with the key named. */
import { describe, expect, it } from 'vitest';
import { readGuardOptions } from '../../../source/cli/arguments/guard-options.ts';
import { readConfig, settledOptions } from '../../../source/cli/arguments/settled-options.ts';
import { defaultGuard } from '../../../source/guard/config.ts';
import { explain } from '../../../source/guard/explain.ts';
import { unitFile } from '../../../source/guard/unit-file.ts';

const read = (guard: unknown, given: readonly (readonly [string, unknown])[] = []) =>
  readGuardOptions(
    new Map([...(guard === undefined ? [] : [['guard', guard] as const]), ...given]),
  );

function settled(guard: unknown, given = new Map<string, unknown>()) {
  const text = JSON.stringify({ guard });
  const options = settledOptions(given, {}, () => ({ ok: true, value: { path: '/c.json', text } }));
  return options.ok ? 'accepted' : options.reason;
}

describe('the configuration', () => {
  it('is safe without a key: the guard only reports', () => {
    expect(read(undefined)).toEqual(defaultGuard);
    expect(read({})).toEqual(defaultGuard);
    expect(Object.values(defaultGuard.policy).every(action => action === 'report')).toBe(true);
  });

  it('has every setting', () => {
    const guard = {
      policy: { ghost: 'reconcile', orphan: 'sweep', undead: 'kill', idle: 'sweep', limit: 'kill' },
      minimumAge: 120,
      looks: 5,
      protect: ['a-1'],
      idleLimit: 60,
      stuckAfter: 30,
      limits: {
        rss: '4G',
        cpu: { percent: 90, seconds: 300 },
        processes: 50,
        descriptors: 1000,
        age: 3600,
      },
      thresholds: { warn: 5, critical: 8, cleanAtCritical: true },
      maximumEndings: 2,
      every: 10,
      health: 1,
    };
    expect(read(guard)).toEqual({
      policy: { ...defaultGuard.policy, ...guard.policy },
      minimumAgeMs: 120_000,
      looks: 5,
      protect: ['a-1'],
      idleLimitMs: 60_000,
      stuckAfterMs: 30_000,
      limits: {
        rssBytes: 4 * 2 ** 30,
        cpu: { percent: 90, ms: 300_000 },
        processes: 50,
        descriptors: 1000,
        ageMs: 3_600_000,
      },
      thresholds: guard.thresholds,
      maximumEndings: 2,
      everyMs: 10_000,
      healthMs: 1000,
    });
    expect(
      read(guard, [
        ['every', '60'],
        ['health', '5'],
      ]),
    ).toMatchObject({ everyMs: 60_000, healthMs: 5000 });
    expect(settled(guard)).toBe('accepted');
  });

  it.each([
    [
      { policy: { oprhan: 'sweep' } },
      'guard.policy.oprhan: unknown class "oprhan" (did you mean orphan?)',
    ],
    [{ policy: { live: 'kill' } }, 'guard.policy.live: live rows are never "kill" (use report)'],
    [{ policy: { live: 'sweep' } }, 'guard.policy.live'],
    [{ policy: { interactive: 'kill' } }, 'guard.policy.interactive'],
    [{ policy: { interactive: 'sweep' } }, 'guard.policy.interactive'],
    [{ policy: { host: 'kill' } }, 'guard.policy.host'],
    [{ policy: { zombie: 'kill' } }, 'guard.policy.zombie'],
    [{ policy: { unknown: 'sweep' } }, 'guard.policy.unknown'],
    [{ policy: { ended: 'sweep' } }, 'guard.policy.ended'],
    [{ policy: { ghost: 'kill' } }, 'guard.policy.ghost'],
    [
      { policy: { orphan: 'remove' } },
      'guard.policy.orphan: expected report, sweep, kill, got "remove"',
    ],
    [{ policy: ['orphan'] }, 'guard.policy: expected an object'],
    [{ limits: { rss: -1 } }, 'guard.limits.rss'],
    [{ limits: { rss: '4X' } }, 'guard.limits.rss'],
    [{ limits: { cpu: { percent: -1 } } }, 'guard.limits.cpu.percent'],
    [{ limits: { cpu: {} } }, 'guard.limits.cpu.percent'],
    [{ limits: { cpu: { percent: 90, seconds: -1 } } }, 'guard.limits.cpu.seconds'],
    [{ limits: { processes: -1 } }, 'guard.limits.processes'],
    [{ limits: { descriptors: 1.5 } }, 'guard.limits.descriptors'],
    [{ limits: { age: -5 } }, 'guard.limits.age'],
    [{ limits: { ram: 1 } }, 'guard.limits.ram: unknown key "ram"'],
    [{ thresholds: { warn: -1 } }, 'guard.thresholds.warn'],
    [{ thresholds: { warn: 9, critical: 8 } }, 'guard.thresholds.critical'],
    [
      { thresholds: { cleanAtCritical: 'yes' } },
      'guard.thresholds.cleanAtCritical: expected true or false',
    ],
    [{ minimumAge: -1 }, 'guard.minimumAge'],
    [{ minimumAge: null }, 'guard.minimumAge'],
    [{ looks: 0 }, 'guard.looks'],
    [{ idleLimit: -1 }, 'guard.idleLimit'],
    [{ stuckAfter: '' }, 'guard.stuckAfter'],
    [{ maximumEndings: -1 }, 'guard.maximumEndings'],
    [{ every: 0 }, 'guard.every'],
    [{ health: 0 }, 'guard.health'],
    [{ protect: 'a-1' }, 'guard.protect: expected a list of names'],
    [{ protect: [''] }, 'guard.protect'],
    [{ polcy: {} }, 'guard.polcy: unknown key "polcy" (did you mean policy?)'],
    ['sweep', 'guard: expected an object'],
    [null, 'guard: expected an object'],
    [{ policy: null }, 'guard.policy: expected an object'],
    [{ limits: null }, 'guard.limits: expected an object'],
  ])('%j is refused', (guard, reason) => {
    expect(settled(guard)).toContain(`/c.json: ${reason}`);
  });

  it('is suggested where its name is mistyped', () => {
    expect(readConfig('{"gaurd": {}}')).toEqual({
      ok: false,
      reason: 'unknown key "gaurd" (did you mean "guard"?)',
    });
  });
});

describe('what --explain prints', () => {
  it('says what is not done, and what is', () => {
    expect(explain(defaultGuard, false)).toMatchSnapshot();
    const config = read({
      policy: { ghost: 'reconcile', orphan: 'sweep', undead: 'kill', limit: 'kill' },
      limits: { rss: '4G', cpu: { percent: 90, seconds: 300 } },
      protect: ['a-1'],
    });
    expect(explain(config, true)).toMatchSnapshot();
  });
});

describe('a unit', () => {
  const source = {
    argv: [
      '/usr/bin/node',
      '/opt/my vigil/cli.js',
      'watch',
      '-w',
      '/w/100% "$x"',
      '--print-unit',
      'systemd',
    ],
    directory: '/home/dev',
    env: {
      TMUX_TMPDIR: '/run/tmux',
      CODEX_HOME: '/srv/$x 50%',
      HOME: '/home/dev',
      VIGIL_WORKSPACE: '',
    },
  };

  it('of systemd runs the same command line', () => {
    expect(unitFile('systemd', source)).toMatchSnapshot();
  });

  it('of launchd is XML', () => {
    expect(
      unitFile('launchd', {
        ...source,
        argv: [...source.argv.slice(0, 5), '--print-unit=launchd'],
      }),
    ).toMatchSnapshot();
  });
});

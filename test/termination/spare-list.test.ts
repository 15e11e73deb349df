/** Programs on the spare list (`--spare`). */
import { describe, expect, it } from 'vitest';
import { readOptions } from '../../source/cli/arguments/options.ts';
import { readConfig } from '../../source/cli/arguments/settled-options.ts';
import type { Process } from '../../source/core/model/model.ts';
import { firstStage } from '../../source/core/termination/escalation.ts';
import { defaultPolicy } from '../../source/core/termination/policy.ts';
import { createTermination } from '../../source/core/termination/termination.ts';
import {
  agentParts,
  firstEnded,
  inventory,
  planned,
  process,
  serverPid,
} from '../helpers/inventory.ts';

/** The target of an agent that runs these below its pane's bash. */
function planOf(processes: readonly Process[], ...names: string[]) {
  const shell = process(5000, serverPid, 'bash', { sid: 5000 });
  const made = planned(inventory(agentParts('a', [shell, ...processes])), { names });
  return { ...made, target: firstEnded(made.plan) };
}
const pidsOf = (list: readonly { pid: number }[]) => list.map(each => each.pid).sort();

describe('a program on the spare list', () => {
  const claude = process(5001, 5000, 'claude');
  const named: readonly (readonly [string, string, string])[] = [
    ['the name of its file', '/usr/bin/vite --port 1', 'vite'],
    ['the script of its interpreter', 'node --require x /srv/node_modules/.bin/vite dev', 'vite'],
    ['the module that python runs', 'python3 -m http.server 8000', 'http.server'],
    ['the script of a shell', 'bash /srv/dev.sh', 'dev.sh'],
  ];
  for (const [how, command, name] of named)
    it(`is matched exactly by ${how}`, () => {
      const { target } = planOf([claude, process(5002, 5001, command, { name: 'other' })], name);
      expect(target.spared).toMatchObject([
        {
          pid: 5002,
          command,
          reason: { kind: 'listed', text: `on your spare list (--spare ${name})` },
        },
      ]);
      expect(pidsOf(target.members)).toEqual([5000, 5001]);
      for (const wrong of [name.slice(0, -1), `${name}x`, name.toUpperCase(), 'srv'])
        expect(
          planOf([claude, process(5002, 5001, command, { name: 'other' })], wrong).target.spared,
        ).toEqual([]);
    });

  it('is matched by its kernel name, even if it hides its arguments', () => {
    const { target } = planOf([claude, process(5002, 5001, '', { name: 'esbuild' })], 'esbuild');
    expect(pidsOf(target.spared)).toEqual([5002]);
  });

  it('is not matched by an argument of another program', () => {
    expect(planOf([claude, process(5002, 5001, 'vim vite')], 'vite').target.spared).toEqual([]);
  });

  it('does not spare its children', () => {
    const { target } = planOf(
      [claude, process(5002, 5001, 'vite'), process(5003, 5002, 'esbuild')],
      'vite',
      'unheard-of',
    );
    expect(pidsOf(target.spared)).toEqual([5002]);
    expect(pidsOf(target.members)).toEqual([5000, 5001, 5003]);
  });

  it('is also spared if it starts during the termination', () => {
    const { plan, target, table } = planOf([claude], 'vite');
    const stage = firstStage(defaultPolicy, 0);
    const ending = createTermination({
      target,
      stage,
      spare: plan.spare,
      origins: () => new Map(),
      control: { hold: () => [], isSame: () => true, signal: () => 'gone' },
      auditLog: { write: () => undefined },
      reason: '',
      clock: { steadyNow: () => 0 },
    });
    ending.update([...table, process(5002, 5001, 'vite'), process(5003, 5001, 'sleep 9')]);
    expect(pidsOf(ending.members())).toEqual([5000, 5001, 5003]);
    expect(ending.spared()).toMatchObject([{ pid: 5002 }]);
  });

  it('on the agent’s terminal spares the session leader and the session', () => {
    const tty = 34_816;
    const { target } = planOf(
      [
        process(5001, 5000, 'claude', { sid: 5000, tty }),
        process(5002, 5001, 'vite', { sid: 5000, tty }),
      ],
      'vite',
    );
    expect(pidsOf(target.members)).toEqual([5001]);
    expect(target.spared).toMatchObject([
      {
        pid: 5000,
        reason: {
          kind: 'terminal',
          text: 'it leads the terminal of pid 5002, which is on your spare list (--spare vite)',
        },
      },
      { pid: 5002 },
    ]);
    expect(target.session).toBeUndefined();
    expect(planOf([claude], 'vite').target.session).toMatchObject({ name: 'agent_a' });
  });
});

describe('the option', () => {
  const namesOf = (value: unknown) => {
    const options = readOptions(new Map([['spare', value]]), {});
    return options.ok ? options.value.spareNames : options.reason;
  };

  it('accepts one name, several or none', () => {
    expect(namesOf('vite')).toEqual(['vite']);
    expect(namesOf(['vite', 'esbuild'])).toEqual(['vite', 'esbuild']);
    expect(namesOf(undefined)).toEqual([]);
  });

  it('is accepted in the configuration file', () => {
    expect(readConfig('{"spare": ["vite", "esbuild"]}')).toEqual({
      ok: true,
      value: new Map([['spare', ['vite', 'esbuild']]]),
    });
    expect(readConfig('{"spare": [1]}')).toMatchObject({ ok: false });
  });
});

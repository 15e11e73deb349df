/** Variables from an environment that ps prints behind a command line. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Process } from '../../source/core/model/model.ts';
import { readVariables } from '../../source/host/processes/portable/ps-environment.ts';
import { createPsOriginReader } from '../../source/host/processes/portable/ps-origins.ts';
import { rounds } from '../helpers/campaign.ts';
import { process as processAt } from '../helpers/inventory.ts';

const wanted = new Set(['VIGIL_AGENT', 'TMUX', 'TMUX_PANE', 'CLAUDE_PID', 'HOME']);
const mark = 'VIGIL_AGENT=builder-1:0b6e';
const read = (line: string, command = 'claude --print go') => {
  const found = readVariables(line, command, wanted);
  return found && [Object.fromEntries(found.values), found.isMissing || found.doubtful.size > 0];
};

describe('a line of ps with its environment', () => {
  it('gives the wanted variables, and nothing else', () => {
    expect(
      read(`claude --print go HOME=/root SECRET=x TMUX=/tmp/t,5,0 TMUX_PANE=%3 ${mark}`),
    ).toEqual([
      { HOME: '/root', TMUX: '/tmp/t,5,0', TMUX_PANE: '%3', VIGIL_AGENT: 'builder-1:0b6e' },
      false,
    ]);
  });

  it.each<[string, string, string?]>([
    ['in the command line', `claude ${mark} --print HOME=/root A=1`, `claude ${mark} --print`],
    ['at the end of the command line', `env A=1 ${mark} B=2`, `env A=1 ${mark}`],
  ])('takes no mark %s', (_, line, command = 'claude') => {
    expect(read(line, command)?.[0]).not.toHaveProperty('VIGIL_AGENT');
  });

  it.each([
    ['among the words of another value', `claude --print go A=run ${mark} claude B=2`],
    ['after the words of another value', `claude --print go A=run it ${mark} B=2`],
    ['twice', `claude --print go A=1 ${mark} B=2 ${mark} C=3`],
    ['with what ps cannot print', 'claude --print go A=1 VIGIL_AGENT=b?-1:0b6e B=2'],
    ['with several words', 'claude --print go A=1 HOME=/Users/Jane Doe B=2'],
  ])('counts one %s as unread', (_, line) => {
    expect(read(line)).toEqual([{}, true]);
  });

  it('proves nothing without an environment, or when something else runs', () => {
    expect(read('claude --print go')).toEqual([{}, true]);
    expect(read('claude --print go on A=1')?.[1]).toBe(true);
    expect(read('claude --print gone A=1')).toBeUndefined();
    expect(read(`vim A=1 ${mark}`)).toBeUndefined();
    expect(read(`A=1 ${mark}`, '')).toBeUndefined();
  });
});

const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/).filter(each => !wanted.has(each));
const value = fc.array(fc.stringMatching(/^[!-~]{0,8}$/), { minLength: 1, maxLength: 3 });

it('a mark is read as it is, or not at all; words of other values give none', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, value), { maxLength: 5 }),
      fc.array(fc.tuple(name, value), { maxLength: 5 }),
      fc.boolean(),
      (before, after, isMarked) => {
        const text = (pairs: readonly (readonly [string, readonly string[]])[]) =>
          pairs.map(([each, words]) => `${each}=${words.join(' ')}`);
        const all = [...text(before), ...(isMarked ? [mark] : []), ...text(after)];
        const found = readVariables(['claude', ...all].join(' '), 'claude', wanted);
        const expected = isMarked ? ['builder-1:0b6e', undefined] : [undefined];
        // Where the words of a value look like a mark, it is none.
        if (!all.join(' ').replace(mark, '').includes('VIGIL_AGENT='))
          expect(expected).toContain(found?.values.get('VIGIL_AGENT'));
        const isPlain = [...before, ...after].every(([, words]) => words.length === 1);
        if (isMarked && isPlain) expect(found?.values.get('VIGIL_AGENT')).toBe('builder-1:0b6e');
      },
    ),
    { numRuns: rounds(200, 20_000) },
  );
});

describe('origins', () => {
  const agent = processAt(500, 1, 'claude --print go');
  const readerOf = (lines: () => ReadonlyMap<number, string>) => {
    const calls: (readonly number[])[] = [];
    const readOrigins = createPsOriginReader(
      { commandOf: ({ pid }) => (pid === agent.pid ? 'claude --print go' : undefined) },
      pids => {
        calls.push(pids);
        return lines();
      },
    );
    return { readOrigins: (...processes: Process[]) => readOrigins(processes), calls };
  };

  it('are read once for as long as the process runs the same, by one ps for all', () => {
    const { readOrigins, calls } = readerOf(
      () => new Map([[500, `claude --print go TMUX=/tmp/t,5,0 ${mark}`]]),
    );
    const other = processAt(501, 1, 'sleep 1');
    expect(readOrigins(agent, other).get(500)?.agentMark).toBe('builder-1:0b6e');
    expect(readOrigins(agent).get(500)?.tmux?.serverPid).toBe(5);
    expect(calls).toEqual([[500, 501]]);
    readOrigins({ ...agent, argv: [...agent.argv] });
    expect(calls).toHaveLength(2);
  });

  it('are read although a directory can be read in two ways', () => {
    const { readOrigins } = readerOf(
      () => new Map([[500, `claude --print go A=1 HOME=/Users/Jane Doe B=2 ${mark}`]]),
    );
    const { isUnread, agentMark, directories } = readOrigins(agent).get(500) ?? {};
    expect([isUnread, agentMark, directories]).toEqual([undefined, 'builder-1:0b6e', undefined]);
  });

  it('exist for every process, and say where they are unread', () => {
    let lines = new Map<number, string>();
    const { readOrigins } = readerOf(() => lines);
    expect(readOrigins(agent).get(500)).toEqual({ isUnread: true, kernelName: 'claude' });
    lines = new Map([[500, 'claude --print go']]);
    expect(readOrigins(agent).get(500)).toMatchObject({ isUnread: true, agentMark: undefined });
  });
});

/** Closed, full or unread output: the command is completed anyway, and the exit code reports the
 * result. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Observer, startObserver } from '../helpers/aftermath.ts';
import { type Agent, type Agents, isAlive, startAgents } from '../helpers/agents.ts';
import { cliPath, vigilEnv } from '../helpers/vigil.ts';

let farm: Agents;
let agent: Agent;
let observer: Observer;
beforeEach(async () => {
  farm = startAgents();
  agent = await farm.start('alpha-1', 'cooperative');
  const other = await farm.start('alpha-12', 'cooperative');
  farm.record();
  observer = await startObserver(farm, agent, [other]);
});
afterEach(() => farm.close());

/** @param redirection in bash syntax; returns the remaining stderr. */
function run(
  words: readonly string[],
  redirection: string,
): Promise<{ code: number; said: string }> {
  const quoted = [process.execPath, cliPath, ...words, ...farm.options].map(word => `'${word}'`);
  const script = `${quoted.join(' ')} ${redirection}; echo "code \${PIPESTATUS[0]}" >&3`;
  const child = spawn('bash', ['-c', script], {
    env: vigilEnv({ XDG_STATE_HOME: farm.state }),
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let said = '';
  let code = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', data => {
      said += data;
    });
  child.stdio[3]?.on('data', data => {
    code += data;
  });
  return new Promise(resolve =>
    child.on('close', () => resolve({ code: Number(/code (\d+)/.exec(code)?.[1] ?? -1), said })),
  );
}

describe('a list', () => {
  const cases: readonly (readonly [string, string, number, RegExp])[] = [
    ['with stdout closed', '>&-', 0, /^$/],
    ['with stdin, stdout and stderr closed', '<&- >&- 2>&-', 0, /^$/],
    ['into a closed pipe', '| true', 0, /^$/],
    ...(existsSync('/dev/full')
      ? ([
          ['onto a full disk', '>/dev/full', 1, /^vigil: cannot write to stdout: [^\n]*\n$/],
          ['onto a full disk with stderr too', '>/dev/full 2>&1', 1, /^$/],
        ] as const)
      : []),
  ];
  for (const [title, redirection, code, line] of cases)
    for (const words of [['list'], ['list', '--json'], ['--help']])
      it(`${words.join(' ')} ${title} exits with ${code}`, async () => {
        const left = await run(words, redirection);
        expect(left.code).toBe(code);
        expect(left.said).toMatch(line);
      });
});

describe('a kill', () => {
  for (const [redirection, code] of [
    ['>&- 2>&- <&-', 0],
    ['| true', 0],
    ['>/dev/full', 1],
    ['2>/dev/full', 0],
  ] as const)
    it(`${redirection} is completed and recorded, and exits with ${code}`, async () => {
      const left = await run(['kill', 'alpha-1', '--yes'], redirection);
      expect(left.code).toBe(code);
      expect(observer.statusOf(agent)).toBe('terminated');
      expect(observer.log().at(-1)).toMatchObject({ outcome: 'exited' });
      observer.afterwards([agent]);
    });

  it('that is refused keeps its exit code with unread stderr', async () => {
    for (const redirection of ['>&- 2>&-', '2>&1 | true', '>/dev/full 2>&1'])
      expect((await run(['kill', 'alpha-1'], redirection)).code).toBe(4);
    expect(agent.pids.every(isAlive)).toBe(true);
    observer.afterwards([]);
  });
});

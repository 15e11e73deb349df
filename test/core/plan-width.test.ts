/** A plan on a terminal: command lines are cut, sentences wrap. */
import { expect, it } from 'vitest';
import { change } from '../../source/cli/commands/change.ts';
import type { Output } from '../../source/cli/output.ts';
import { type Line, spansIn } from '../../source/text/line.ts';

const say = spansIn('unicode');
const command = `claude --resume ${'x'.repeat(200)}`;
const sentence = `  note  ${'its work runs in the daemon '.repeat(5)}`;
const lines: Line[] = [
  [say('  end   4121  pane process'), say(`  ${command}`, 'dim')],
  [say(sentence)],
];

async function shown(width: number | undefined): Promise<string[]> {
  const said: string[] = [];
  const output: Output = {
    ...{ charset: 'unicode', width },
    lines: all => void said.push(...all.map(line => line.map(({ text }) => text).join(''))),
    json: () => undefined,
    warn: () => undefined,
  };
  await change(
    { name: 'kill' },
    { dryRun: true, json: false, readOnly: false },
    output,
    async () => ({
      lines,
      json: () => ({}),
    }),
  );
  return said;
}

it('cuts command lines to the width of the terminal, and wraps sentences between words', async () => {
  const [cut = '', ...wrapped] = await shown(60);
  expect(cut).toMatch(/^ {2}end {3}4121 {2}pane process {2}claude --resume x+…$/);
  expect(cut).toHaveLength(60);
  expect(Math.max(...wrapped.map(row => row.length))).toBeLessThanOrEqual(60);
  const words = (text: string) => text.split(' ').filter(Boolean);
  expect(wrapped.flatMap(words)).toEqual(words(sentence));
});

it('cuts nothing where there is no terminal', async () => {
  expect((await shown(undefined))[0]).toBe(`  end   4121  pane process  ${command}`);
});

/** Names of commands that other programs have, and that only read. */
import { expect, it } from 'vitest';
import { parseArguments } from '../../source/cli/arguments/arguments.ts';

const parsed = async (...words: string[]) => {
  const found = await parseArguments(words);
  if (!found.ok) return found.reason;
  const { command, help, operands, given } = found.value;
  return { command, help, operands, given: Object.fromEntries(given) };
};

it.each(['ls', 'ps'])('%s is list, in its help too', async name => {
  for (const option of ['--json', '--help'])
    expect(await parsed(name, option)).toEqual(await parsed('list', option));
  expect(await parsed('help', name)).toMatchObject({ help: 'list' });
});

it('version is the option', async () => {
  expect(await parsed('version')).toMatchObject({ given: { version: true } });
  expect(await parsed('version', 'now')).toContain('Did you mean --version?');
});

it('a command that changes something has one name', async () => {
  for (const name of ['stop', 'end', 'clean']) expect(await parsed(name)).toContain('unknown');
});

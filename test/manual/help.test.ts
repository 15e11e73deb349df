/** Help fits a terminal, and documents every option and command. */
import { describe, expect, it } from 'vitest';
import { type Command, commandSpecs, commands } from '../../source/cli/arguments/command-table.ts';
import { appliesTo, spelled } from '../../source/cli/arguments/option-spec.ts';
import { optionSpecs } from '../../source/cli/arguments/option-table.ts';
import { exitDescriptions, helpLines } from '../../source/cli/help.ts';
import { exitCodes } from '../../source/cli/output.ts';
import { bindings } from '../../source/screen/input/keys.ts';
import { printable, widthOf } from '../../source/text/printable.ts';
import { vigil } from '../helpers/vigil.ts';

const about = (topic: string) => helpLines(topic, 'unicode') ?? [];
const textAbout = (topic: string) => about(topic).join('\n');

describe('help', () => {
  it('in general fits a terminal of 80 columns and 24 lines', () => {
    expect(about('').length).toBeLessThanOrEqual(23);
  });

  it.each(['', 'options', 'keys', ...commands])('about "%s" is 80 columns wide at most', topic => {
    expect(about(topic).length).toBeGreaterThan(5);
    expect(about(topic).filter(line => widthOf(printable(line, 'unicode')) > 80)).toEqual([]);
    expect(about(topic).filter(line => line !== printable(line, 'unicode'))).toEqual([]);
  });

  it.each(commands)('about %s takes little more than a screen', command => {
    expect(about(command).length).toBeLessThanOrEqual(49);
  });

  it('in general names every command', () => {
    for (const name of commands) expect(textAbout('')).toMatch(new RegExp(`vigil \\[?${name}\\b`));
  });

  it('about the options lists every one, and about the keys every key', () => {
    for (const spec of optionSpecs) expect(textAbout('options')).toContain(spelled(spec));
    for (const { shown, does } of bindings) {
      expect(textAbout('keys')).toContain(`  ${shown} `);
      expect(textAbout('keys')).toContain(does);
    }
  });

  it('about a command names the options that apply to it, and no others', () => {
    for (const command of commands)
      for (const spec of optionSpecs) {
        if (spec.of === undefined) continue;
        expect([
          command,
          spec.name,
          about(command).some(line => line.trimStart().startsWith(`${spelled(spec)} `)),
        ]).toEqual([command, spec.name, appliesTo(command, spec)]);
      }
  });

  it('is empty for an unknown topic', () => {
    for (const topic of ['bogus', '__proto__', 'constructor'])
      expect(helpLines(topic, 'unicode')).toBeUndefined();
  });
});

describe('the table of commands', () => {
  it.each(commands)('has only options in the usage of %s that apply to it', command => {
    const named = commandSpecs[command].usages.join(' ').matchAll(/--([a-z-]+)/g);
    for (const [, name] of named) {
      const spec = optionSpecs.find(each => each.name === name);
      expect([name, spec !== undefined && appliesTo(command, spec)]).toEqual([name, true]);
    }
  });

  it('has a description for every exit code', () => {
    expect(Object.keys(exitDescriptions).map(Number).sort()).toEqual(
      Object.values(exitCodes).sort(),
    );
  });

  it('has only existing commands in every option', () => {
    for (const { of = [] } of optionSpecs)
      expect(of.filter(name => !commands.includes(name))).toEqual([]);
  });
});

describe('vigil with a help option or command', () => {
  const asked: readonly (readonly [string[], string | Command])[] = [
    [['--help'], ''],
    [['-h'], ''],
    [['help'], ''],
    [['help', '--help'], ''],
    [['deploy', '--help'], 'deploy'],
    [['kill', '-h', 'x'], 'kill'],
    [['--help', 'sweep'], 'sweep'],
    [['help', 'deploy'], 'deploy'],
    [['help', 'options'], 'options'],
  ];
  it.each(asked)('%j prints help about "%s"', async (words, topic) => {
    const run = await vigil(words);
    expect(run).toEqual({
      code: 0,
      stdout: `${about(topic)
        .map(line => line.trimEnd())
        .join('\n')}\n`,
      stderr: '',
    });
  });

  it('an unknown topic lists the known ones', async () => {
    const run = await vigil(['help', 'x\u001b[31m']);
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain('no help topic "x\\e[31m" (use top, list,');
  });

  it('is ASCII only on an ASCII terminal', async () => {
    const run = await vigil(['help', 'keys'], { env: { LANG: 'C', LC_ALL: undefined } });
    expect(run.stdout).toMatch(/^[\n -~]+$/);
  });

  it('words after -- are left alone', async () => {
    const run = await vigil(['list', '--', '--help']);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('unexpected operand')]);
  });
});

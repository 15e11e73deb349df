/** What shells complete, asked of a bash that has the script; and that every shell here can read its own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands, shells } from '../../source/command-table.ts';
import { sortColumns } from '../../source/core/describe.ts';
import { rowClasses } from '../../source/core/model.ts';
import { optionSpecs } from '../../source/option-table.ts';
import { vigil } from '../helpers/vigil.ts';

let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  mkdirSync(join(directory, 'a b'));
  writeFileSync(join(directory, 'a file'), '');
  for (const shell of shells)
    writeFileSync(join(directory, shell), (await vigil(['completion', shell])).stdout);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** @param words as bash takes them apart; the last one is being typed. */
function offered(...words: string[]): string[] {
  const script = `source ./bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _vigil; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const given = execFileSync(
    'bash',
    ['--norc', '--noprofile', '-c', script, 'bash', 'vigil', ...words],
    { cwd: directory, encoding: 'utf8' },
  );
  return given.split('\n').filter(Boolean);
}

describe('in bash', () => {
  it('commands are offered first', () => {
    expect(offered('')).toEqual([...commands]);
    expect(offered('re')).toEqual(['reconcile']);
    expect(offered('-w', 'somewhere', 'sw')).toEqual(['sweep']);
  });

  it('each command is offered the options that it heeds', () => {
    expect(offered('kill', '--f')).toEqual(['--force']);
    expect(offered('list', '--f')).toEqual(['--filter']);
    expect(offered('--f')).toEqual(['--filter']);
    expect(offered('reconcile', '--res')).toEqual(['--restore']);
    expect(offered('-d', '3', 'deploy', '--prompt')).toEqual(['--prompt', '--prompt-file']);
    expect(offered('doctor', '--no')).toEqual(['--no-color']);
    expect(offered('kill', '-')).toContain('-y');
  });

  it('values are offered where an option has some', () => {
    expect(offered('list', '--sort', '')).toEqual([...sortColumns]);
    expect(offered('list', '-s', 'c')).toEqual(['class', 'cpu']);
    expect(offered('list', '--class', '')).toEqual([...rowClasses]);
    expect(offered('list', '--class', 'live,h')).toEqual(['live,husk']);
    expect(offered('--log-level', 'd')).toEqual(['debug']);
    // Bash takes the sign for a word of its own.
    expect(offered('list', '--class', '=')).toEqual([...rowClasses]);
    expect(offered('list', '--class', '=', 'gh')).toEqual(['ghost']);
  });

  it('a value that only a person knows is not made up', () => {
    expect(offered('deploy', '--type', 'l')).toEqual([]);
    expect(offered('-F', '')).toEqual([]);
  });

  it('directories are offered for a workspace; files are left to readline', () => {
    expect(offered('-w', 'a')).toEqual(['a b']);
    expect(offered('deploy', '--prompt-file', 'a')).toEqual([]);
    expect(offered('deploy', '--', 'k')).toEqual([]);
  });

  it('targets, shells and topics are offered', () => {
    expect(offered('kill', '')).toEqual([
      '@orphans',
      '@undead',
      '@husks',
      'session:',
      'pid:',
      'task:',
    ]);
    expect(offered('kill', '@')).toEqual(['@orphans', '@undead', '@husks']);
    expect(offered('why', '@', 'u')).toEqual(['@undead']);
    expect(offered('kill', 'pid', ':')).toEqual([]);
    expect(offered('completion', '')).toEqual([...shells]);
    expect(offered('help', 'o')).toEqual(['options']);
  });
});

it.each(shells)('every command and option is in the script for %s', async shell => {
  const { stdout } = await vigil(['completion', shell]);
  for (const command of commands) expect(stdout).toMatch(new RegExp(`\\b${command}\\b`));
  for (const { name, shown = name } of optionSpecs)
    expect(stdout).toMatch(new RegExp(`(--|-l )${shown}\\b`));
});

it('every shell that is here can read its script', () => {
  const here = shells.filter(shell => spawnSync(shell, ['-c', 'true']).status === 0);
  expect(here).toContain('bash');
  for (const shell of here) {
    const run = spawnSync(shell, ['-n', join(directory, shell)], { encoding: 'utf8' });
    expect([shell, run.status, run.stderr]).toEqual([shell, 0, '']);
  }
});

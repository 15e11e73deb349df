/** Tab in bash, zsh and fish, each on its own terminal, with the script that the program prints. Which candidates there are
 * is the same for all (candidates.test.ts): here is what the shells do with them. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Shell, shells } from '../../source/cli/arguments/command-table.ts';
import { eventually } from '../helpers/eventually.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { cliPath, vigil } from '../helpers/vigil.ts';

/** No character of it may be interpreted by a shell. */
const oddName = `agent_it's $5; "x" a&b*é #~{1}`;

let directory: string;
let server: TmuxServer;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  mkdirSync(join(directory, 'dir one'));
  writeFileSync(join(directory, 'file two'), '');
  writeFileSync(
    join(directory, 'vigil'),
    `#!/bin/sh\nexec '${process.execPath}' '${cliPath}' "$@"\n`,
  );
  chmodSync(join(directory, 'vigil'), 0o755);
  for (const shell of shells)
    writeFileSync(join(directory, `_${shell}`), (await vigil(['completion', shell])).stdout);
  server = startTmux();
  server.session(oddName, 'sleep', '600');
});
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

const start: Readonly<Record<Shell, readonly string[]>> = {
  bash: ['bash', '--norc', '--noprofile'],
  zsh: ['zsh', '-f'],
  fish: ['fish', '--no-config'],
};
const prepare: Readonly<Record<Shell, string>> = {
  bash: 'PS1=; source ./_bash',
  zsh: 'PS1=; autoload -U compinit; compinit -u -D; source ./_zsh',
  fish: 'function fish_prompt; end; source ./_fish',
};

function open(shell: Shell) {
  const env = [
    `PATH=${directory}:${process.env.PATH}`,
    // A place where no shell can write its history.
    'HOME=/dev/null',
    'LANG=C.UTF-8',
    'XDG_STATE_HOME=/dev/null',
  ];
  server.session(
    shell,
    '-c',
    directory,
    'env',
    '-u',
    'TMUX',
    '-u',
    'XDG_CONFIG_HOME',
    ...env,
    ...start[shell],
  );
  const press = (...keys: string[]) => server.tmux('send-keys', '-t', `=${shell}:`, ...keys);
  // Joins lines wrapped by the terminal.
  const screen = () => server.tmux('capture-pane', '-J', '-p', '-t', `=${shell}:`).trim();
  const shows = (what: string) =>
    eventually(`${shell} shows ${what}`, () => screen().includes(what)).catch((error: Error) => {
      throw new Error(`${error.message}\n${screen()}`);
    });
  const run = async (line: string, answer: string) => {
    press('-l', `${line}; clear; echo ${answer}`);
    press('Enter');
    await eventually(`${shell} answers`, () => screen() === answer);
    press('C-l');
  };
  return {
    ready: () => run(prepare[shell], 'ready'),
    /** Types a line and Tab. */
    async tab(line: string, ...shown: readonly string[]) {
      press('-l', line);
      // Bash lists candidates at the second Tab.
      press('Tab');
      if (shell === 'bash' && shown.length > 1) press('Tab');
      for (const each of shown) await shows(each);
      press('C-e', 'C-u');
      await run('true', 'next');
    },
    /** Types a line, Tab and more text: shells handle them in order. */
    async tabAndType(line: string, more: string, shown: string) {
      press('-l', line);
      press('Tab');
      press('-l', more);
      await shows(shown);
      press('C-e', 'C-u');
      await run('true', 'next');
    },
    /** Types a line and Tab, then runs the completed line. */
    async tabAndRun(line: string, completed: string, output: string) {
      press('-l', line);
      press('Tab');
      await shows(completed);
      press('Enter');
      await shows(output);
      await run('true', 'next');
    },
  };
}

describe.each(shells)('%s', shell => {
  let terminal: ReturnType<typeof open>;
  beforeAll(async () => {
    terminal = open(shell);
    await terminal.ready();
  });

  it('completes commands, options, values and paths', async () => {
    const { tab } = terminal;
    await tab('vigil swe', 'vigil sweep');
    await tab('vigil kill --fo', 'vigil kill --force');
    await tab('vigil list --class live,hu', 'vigil list --class live,husk');
    await tab('vigil list --class=live,hu', 'vigil list --class=live,husk');
    await tab('vigil list --sort=c', 'class', 'cpu');
    await tab('vigil list -F class:hu', 'vigil list -F class:husk');
    await tab('vigil list -F me', 'vigil list -F mem\\>');
    await tab('vigil -w di', 'vigil -w dir\\ one/');
    await tab('vigil --workspace=di', 'vigil --workspace=dir\\ one/');
  });

  it('completes existing agents, classes and filters', async () => {
    const { tab } = terminal;
    await tab('vigil --demo kill code', 'vigil --demo kill code_auditor-225401-71587d');
    // Bash shows no descriptions.
    const described = shell === 'bash' ? [] : ['every husk'];
    await tab('vigil --demo kill @', '@orphans', '@undead', '@husks', ...described);
    await tab('vigil --demo list -F "class:live !agent:doc', '!agent:doc_writer-231500-5ea51d');
  });

  it('offers no file for a target without a match', async () => {
    await terminal.tabAndType('vigil --demo kill session:fi', 'Z', 'session:fiZ');
    await terminal.tabAndType('vigil --demo kill di', 'Z', 'kill diZ');
  });

  it.each(['session:agent_it', '"session:agent_it', "'session:agent_it", 'session:"agent_it'])(
    'quotes what is special in a name, behind %s',
    // Only the output of a command that understood the name shows it unquoted, before a space.
    typed => terminal.tabAndRun(`vigil why -L ${server.name} ${typed}`, '#', `${oddName} `),
  );
});

/** What goes to a shell and comes from ssh. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chosenHosts } from '../../source/fleet/chosen-hosts.ts';
import { failureOf } from '../../source/fleet/ssh/failure.ts';
import { createLineSplitter } from '../../source/fleet/ssh/line-splitter.ts';
import { quotedForShell } from '../../source/fleet/ssh/shell-words.ts';
import { farCommand } from '../../source/fleet/ssh/ssh-command.ts';
import { configuredHosts } from '../../source/fleet/ssh/ssh-config.ts';
import { host } from '../core/fleet/far-document.ts';

const printedBy = (shell: string, line: string) =>
  execFileSync(shell, ['-c', line], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

describe('words for a far shell', () => {
  const odd = [
    "it's",
    'a b',
    '$HOME',
    '`id`',
    '$(id)',
    '\\',
    "\\'",
    '!x',
    '*',
    '~',
    '',
    '"',
    ';&|',
    'é{a,b}',
    '--x=1',
    '#',
    '{"run":"1"}',
  ];

  it.each(['sh', 'bash', 'zsh', 'fish'])('stay the same words in %s', shell => {
    const quoted = quotedForShell(odd);
    if (!quoted.ok) throw new Error(quoted.reason);
    const program = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
    const line = `${process.execPath} -e '${program}' -- ${quoted.value}`;
    expect(JSON.parse(printedBy(shell, line))).toEqual(odd);
  });

  it('are refused with control characters', () => {
    expect(quotedForShell(['a\nb'])).toMatchObject({ ok: false });
  });

  it('never become options of ssh', () => {
    const places = { self: ['node', 'cli.js'], sockets: '/run/s', home: '/h' };
    const argv = farCommand(host('devbox'), ['list', '-F', 'a b'], places);
    expect(argv.ok && argv.value.slice(-3)).toEqual(['--', 'devbox', "vigil list -F 'a b'"]);
    const local = { ...host('local'), at: 'local' } as const;
    expect(farCommand(local, ['list'], places)).toEqual({
      ok: true,
      value: ['node', 'cli.js', 'list'],
    });
  });
});

describe('hosts', () => {
  const settings = new Map([
    ['dev-1', { readOnly: true }],
    ['prod', { command: '~/bin/vigil' }],
  ]);
  const choose = (...names: string[]) =>
    chosenHosts({ names, settings, readOnly: false }, () => ['dev-2', 'dev-1', 'x']);

  it('are names, patterns of known ones, all of the configuration file, and this machine', () => {
    const chosen = choose('dev-*', 'root@other', 'local', 'all');
    expect(chosen.ok && chosen.value).toEqual([
      { ...host('dev-1'), readOnly: true },
      host('dev-2'),
      host('root@other'),
      { ...host('local'), at: 'local' },
      { ...host('prod'), command: '~/bin/vigil' },
    ]);
  });

  it.each([
    ['-oProxyCommand=id'],
    ['a b'],
    ['a;id'],
    ['$(id)'],
    ['nothing-*'],
    ['a\nb'],
    ['@x'],
    ['user@'],
  ])('%j is refused', name => expect(choose(name)).toMatchObject({ ok: false }));

  it('are read from ssh’s configuration, with what it includes', () => {
    const home = mkdtempSync(join(tmpdir(), 'vigil-test-'));
    mkdirSync(join(home, '.ssh', 'more'), { recursive: true });
    const files = {
      config:
        'Include more/*.conf\nHost one "two three" !no w?ld *\n  HostName x\nhost=four\nInclude config\n',
      'more/a.conf': 'Host inner\n',
      'more/b.txt': 'Host not\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(home, '.ssh', name), text);
    expect(configuredHosts(home)).toEqual(['inner', 'one', 'two three', 'four']);
    expect(configuredHosts('/nonexistent')).toEqual([]);
    rmSync(home, { recursive: true });
  });
});

describe('the end of a connection', () => {
  it.each([
    [
      255,
      'x\nHost key verification failed.\n',
      'its host key is not known; check it with: ssh devbox',
    ],
    [
      255,
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
      'its host key has changed',
    ],
    [255, 'root@x: Permission denied (publickey).', 'ssh is not let in'],
    [
      255,
      'ssh: Could not resolve hostname x: Name or service not known',
      'its name cannot be resolved',
    ],
    [255, 'ssh: connect to host x port 22: No route to host', 'cannot be reached'],
    [255, 'Timeout, server x not responding.', 'cannot be reached'],
    [255, '', 'the connection was lost'],
    [255, 'Bad owner or permissions on ~/.ssh/config', 'ssh: Bad owner or permissions'],
    [127, 'bash: line 1: vigil: command not found', '"vigil" is not found by its shell'],
    [127, "/usr/bin/env: 'node': No such file or directory", 'no Node in the PATH'],
    [126, '', 'cannot be executed'],
    [2, 'vigil: unknown command "__far" (see vigil --help)', 'its vigil is too old'],
    [1, 'oh\nno\n', 'vigil there exited with code 1: no'],
    [null, '', 'ssh was ended by SIGKILL'],
  ])('%s %j is told in one line', (code, stderr, reason) => {
    const said = failureOf({ code, signal: 'SIGKILL', stderr }, 'devbox', 'vigil');
    expect(said).toContain(reason);
    expect(said).not.toContain('\n');
  });
});

describe('lines of a stream', () => {
  it('are whole however they arrive, and never longer than can be kept', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.nat(9)), (texts, cuts) => {
        const wanted = texts.map(text => text.replaceAll('\n', ''));
        const bytes = Buffer.from(wanted.map(text => `${text}\n`).join(''));
        const found: string[] = [];
        const split = createLineSplitter(
          line => found.push(line),
          () => found.push('flood'),
        );
        let at = 0;
        for (const cut of cuts) {
          split(bytes.subarray(at, at + cut));
          at += cut;
        }
        split(bytes.subarray(at));
        expect(found).toEqual(wanted.map(text => Buffer.from(text).toString()));
      }),
    );
    const said: string[] = [];
    const split = createLineSplitter(
      line => said.push(line),
      () => said.push('flood'),
      4,
    );
    for (const part of ['abcd\nab', 'cde', 'x\ny\n']) split(Buffer.from(part));
    expect(said).toEqual(['abcd', 'flood']);
  });
});

/** What is claimed, and what is not, where only ps is read. */
import { describe, expect, it } from 'vitest';
import { readOptions } from '../../source/cli/arguments/options.ts';
import { why } from '../../source/cli/commands/why.ts';
import type { Output } from '../../source/cli/output.ts';
import { createMonitor } from '../../source/core/inventory/monitor.ts';
import { confirmedKind, recognise } from '../../source/core/programs/recognise.ts';
import { usersProgram } from '../../source/core/programs/users-programs.ts';
import { parseLsof, parsePwdx } from '../../source/host/processes/portable/working-directories.ts';
import { readOnlyReason, sourceOn, unseenBy } from '../../source/host/processes/process-source.ts';
import { processCheck } from '../../source/host/run/diagnose.ts';
import { createFakeMachine } from '../helpers/fake-machine.ts';
import {
  classesOf,
  entry,
  inventory,
  knowledge,
  long,
  pane,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

describe('the source of processes', () => {
  it('is ps on macOS and FreeBSD, /proc on Linux unless ps is forced, and a list elsewhere', () => {
    expect(['darwin', 'freebsd', 'openbsd'].map(system => sourceOn(system, undefined))).toEqual([
      'portable',
      'portable',
      'listing',
    ]);
    expect(sourceOn('linux', 'portable', '/nonexistent')).toBe('portable');
    expect(sourceOn('linux', undefined, '/nonexistent')).toBe('listing');
    expect(sourceOn('openbsd', 'portable')).toBe('listing');
  });

  it('is asked for by one word', () => {
    const read = (source: string) => readOptions(new Map(), { VIGIL_PROCESS_SOURCE: source });
    expect([read('').ok, read('portable').ok]).toEqual([true, true]);
    expect(read('ps')).toEqual({
      ok: false,
      reason: 'VIGIL_PROCESS_SOURCE: expected portable, got "ps"',
    });
  });

  it('may end processes with ps, and doctor says what that cannot show', () => {
    expect([readOnlyReason('portable'), unseenBy('proc')]).toEqual([undefined, undefined]);
    expect(processCheck(501, 'portable')).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(/^ps\. It cannot show open files .* stay suspected$/),
    });
    expect(processCheck(501, 'listing').state).toBe('bad');
  });
});

describe('without executables the kernel’s name counts', () => {
  it('for infrastructure, also where it is cut', () => {
    const agent = recognise('ssh-agent', ['ssh-agent', '-s']);
    expect(confirmedKind(agent, { kernelName: 'ssh-agent' }).kind).toBe('infrastructure');
    expect(confirmedKind(agent, { kernelName: 'sleep' }).kind).toBe('other');
    expect(confirmedKind(agent, { kernelName: 'containerd-shim' }).kind).toBe('infrastructure');
    expect(confirmedKind(agent, { executable: '/bin/sleep', kernelName: 'ssh-agent' }).kind).toBe(
      'other',
    );
  });

  it('for users’ programs, and a title whose words ps has apart', () => {
    const script = process(4000, 1, 'python3 /srv/family.py');
    expect(usersProgram(script, { kernelName: 'code' })).toBe('an IDE');
    expect(usersProgram(script, { kernelName: 'python3' })).toBeUndefined();
    expect(usersProgram(script, { executable: '/usr/bin/python3', kernelName: 'code' })).toBe(
      undefined,
    );
    const title = process(4001, 1, 'PM2 v5.3.0: God Daemon (/root/.pm2)');
    expect(usersProgram(title, { kernelName: 'node' })).toBe('a process manager');
  });
});

it('directories are read from lsof and pwdx', () => {
  const expected = new Map([
    [41, '/home/dev/my project'],
    [42, '/'],
  ]);
  expect(parsePwdx('41: /home/dev/my project\n42: /\n43: No such process\n')).toEqual(expected);
  expect(parseLsof('p41\nfcwd\nn/home/dev/my project\np42\nfcwd\nn/\np43\nfcwd\n')).toEqual(
    expected,
  );
});

describe('an active entry whose session is not there, beside an agent that no entry names', () => {
  const classOf = (unseen: string | undefined, log: string, program = 'claude --print') => {
    const given = inventory({
      processes: [
        process(4100, serverPid, `sh -c ${program} | tee ${log}`),
        process(4101, 4100, program),
        process(4102, 4100, `tee ${log}`),
      ],
      panes: [pane('renamed', 4100)],
      registries: [registry('task', [entry('a-1', 'working', { startedAt: long - 600_000 })])],
    });
    return classesOf({ ...given, machine: { ...given.machine, unseen } })['agent:a-1'];
  };

  it('is no ghost where which log it writes cannot be seen, and its command line names that', () => {
    expect(classOf('open files', '/w/logs/a-1_stream.jsonl')).toBe('unknown');
    // Where it can be seen, it is no writer of that log.
    expect(classOf(undefined, '/w/logs/a-1_stream.jsonl')).toBe('ghost');
  });

  it('does not own a session that has its name, if another agent’s command line names its log', () => {
    const given = inventory({
      processes: [
        process(4100, serverPid, 'sh -c claude | tee /w/logs/a-1_stream.jsonl'),
        process(4101, 4100, 'claude'),
        process(4200, serverPid, 'sh -c claude'),
        process(4201, 4200, 'claude'),
      ],
      panes: [pane('renamed', 4100), pane('agent_a-1', 4200)],
      registries: [registry('task', [entry('a-1', 'working')])],
    });
    const classes = (unseen: string | undefined) =>
      classesOf({ ...given, machine: { ...given.machine, unseen } })['agent:a-1'];
    expect([classes(undefined), classes('open files')]).toEqual(['live', 'unknown']);
  });

  it('is one where none names its log, or only a user reads that', () => {
    expect(classOf('open files', '/w/logs/a-10_stream.jsonl')).toBe('ghost');
    expect(classOf('open files', '/w/logs/a-1_stream.jsonl', 'less +F')).toBe('ghost');
  });
});

describe('why', () => {
  const linesFor = async (unseen: string | undefined) => {
    const { host: given } = createFakeMachine([process(4100, 1, 'claude --print', { tty: 1 })]);
    const host = { ...given, machine: { ...given.machine, unseen } };
    const said: string[] = [];
    const output: Output = {
      charset: 'unicode',
      lines: lines => void said.push(...lines.map(line => line.map(({ text }) => text).join(''))),
      json: value => void said.push(JSON.stringify(value)),
      warn: message => void said.push(message),
    };
    const tools = { monitor: createMonitor(host, knowledge), host };
    await why(tools, ['pid:4100'], false, output);
    await why(tools, ['pid:4100'], true, output);
    return said.join('\n');
  };

  it('says what the source of processes cannot show, and of which process no environment', async () => {
    const said = await linesFor('open files');
    expect(said).toContain('  not seen: open files');
    expect(said).toContain('"unseen":"open files"');
  });

  it('says nothing where everything can be read', async () => {
    expect(await linesFor(undefined)).not.toMatch(/not seen|unseen/);
  });
});

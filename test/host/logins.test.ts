/** Login sessions of systemd, from files as logind and the kernel write them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogins, parseLogin } from '../../source/host/processes/systemd-logins.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  write('etc/passwd', 'root:x:0:0::/root:/bin/sh\ndev:x:1000:1000::/home/dev:/bin/bash\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
const inSession = (uid = 1000) =>
  write('proc/440/cgroup', `0::/user.slice/user-${uid}.slice/session-12.scope\n`);
const read = () => createLogins(root).read(440);

describe('the cgroup of a process', () => {
  it.each([
    ['0::/user.slice/user-1000.slice/session-12.scope\n', { uid: 1000, session: '12' }],
    ['0::/user.slice/user-1000.slice/session-c3.scope\n', { uid: 1000, session: 'c3' }],
    // cgroup v1, in a named hierarchy among others.
    [
      '4:memory:/\n1:name=systemd:/user.slice/user-7.slice/session-2.scope\n0::/\n',
      { uid: 7, session: '2' },
    ],
    [
      '0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope\n',
      { uid: 1000, session: undefined },
    ],
    ['0::/user.slice/user-1000.slice/user@1000.service\n', { uid: 1000, session: undefined }],
  ])('%j is of a login', (text, login) => expect(parseLogin(text)).toEqual(login));

  it.each([
    '0::/\n',
    '',
    '0::/system.slice/cron.service\n',
    '0::/machine.slice/session-1.scope\n',
    '0::/user.slice/user-1000.slice/session-12.scope.d/x\n',
    '0::/user.slice/user-1000.slice/user@1001.service\n',
  ])('%j is of none', text => expect(parseLogin(text)).toBeUndefined());
});

describe('a process in a login session', () => {
  it('is read with its session and what is configured', () => {
    inSession();
    expect(read()).toEqual({
      pid: 440,
      session: '12',
      isLingering: false,
      killsProcesses: undefined,
    });
    write('var/lib/systemd/linger/dev', '');
    write('etc/systemd/logind.conf', '[Login]\nKillUserProcesses=yes\n');
    expect(read()).toMatchObject({ isLingering: true, killsProcesses: true });
  });

  it('of an unknown user, or without a cgroup, is not read', () => {
    expect(read()).toBeUndefined();
    inSession(1234);
    expect(read()).toBeUndefined();
  });
});

describe('whether logind kills the processes of a session', () => {
  const killsWith = (files: Readonly<Record<string, string>>, uid = 1000) => {
    inSession(uid);
    for (const [path, text] of Object.entries(files)) write(path, `[Login]\n${text}\n`);
    return read()?.killsProcesses;
  };
  const main = 'etc/systemd/logind.conf';
  const dropIn = 'etc/systemd/logind.conf.d/50-own.conf';

  it('is unknown without any file', () => expect(killsWith({})).toBeUndefined());
  it('is as the file says', () => {
    expect(killsWith({ [main]: 'KillUserProcesses=no' })).toBe(false);
    expect(killsWith({ [main]: 'KillUserProcesses = true' })).toBe(true);
  });
  it('is the default of the distribution, which the shipped file has as a comment', () => {
    expect(killsWith({ [main]: '#KillUserProcesses=no' })).toBe(false);
    expect(killsWith({ [main]: '#KillUserProcesses=yes' })).toBe(true);
  });
  it('is the default in /usr/lib, if /etc has no file', () =>
    expect(killsWith({ 'usr/lib/systemd/logind.conf': '#KillUserProcesses=no' })).toBe(false));
  it('is as the last drop-in says, by name, and /etc before /usr/lib', () => {
    expect(killsWith({ [main]: 'KillUserProcesses=no', [dropIn]: 'KillUserProcesses=yes' })).toBe(
      true,
    );
    expect(killsWith({ 'usr/lib/systemd/logind.conf.d/90.conf': 'KillUserProcesses=no' })).toBe(
      false,
    );
    expect(killsWith({ 'etc/systemd/logind.conf.d/90.conf': 'KillUserProcesses=yes' })).toBe(true);
  });
  it('is no for root, unless other users are excluded', () => {
    expect(killsWith({ [main]: 'KillUserProcesses=yes' }, 0)).toBe(false);
    const other = { [main]: 'KillUserProcesses=yes\nKillExcludeUsers=dev admin' };
    expect(killsWith(other, 0)).toBe(true);
    expect(killsWith(other)).toBe(false);
  });
  it('is yes for named users alone', () => {
    expect(killsWith({ [main]: 'KillUserProcesses=no\nKillOnlyUsers=dev' })).toBe(true);
    expect(killsWith({ [main]: 'KillUserProcesses=yes\nKillOnlyUsers=other' })).toBe(false);
  });
});

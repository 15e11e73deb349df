/** The verbs of the demo through the built program, and what the kernel sees of them: nothing. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { cliPath, vigil, vigilEnv } from '../helpers/vigil.ts';

const directory = mkdtempSync(join(tmpdir(), 'vigil-demo-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const demo = (...words: string[]) => vigil(['--demo', ...words]);

async function json(...words: string[]) {
  const { code, stdout, stderr } = await demo(...words, '--json');
  expect(stderr).toBe('');
  return { code, ...JSON.parse(stdout) };
}

describe('vigil --demo', () => {
  it('kill: a cooperative agent exits', async () => {
    const result = await json('kill', 'api_prober-091410-4d5e6f', '--yes');
    expect(result).toMatchObject({ code: 0, ok: true, schema: 'vigil.kill/1' });
    expect(result.targets).toMatchObject([
      { outcome: 'exited', tmux_session_killed: true, prompt_file_deleted: true, errors: [] },
    ]);
    expect(result.targets[0].processes).toHaveLength(3);
  });

  it('kill: the stubborn one is killed', async () => {
    const result = await json('kill', 'file_lock_builder-230102-62aa15', '--yes');
    expect(result).toMatchObject({ code: 0, ok: true });
    expect(result.targets).toMatchObject([{ outcome: 'killed', escalated_to_sigkill: true }]);
    expect(result.durationMs).toBeGreaterThanOrEqual(3500);
  });

  it('kill: a dry run, a class and a name that nobody has', async () => {
    const plan = await json('kill', '@orphans', '--dry-run');
    expect(plan).toMatchObject({ code: 0, dryRun: true });
    expect(plan.targets).toHaveLength(3);
    expect((await demo('kill', 'nobody', '--yes')).code).toBe(3);
    expect((await demo('kill', '@orphans', '--yes', '--read-only')).code).toBe(4);
  });

  it('reconcile: the ghosts are closed', async () => {
    const result = await json('reconcile', '--yes');
    expect(result).toMatchObject({ code: 0, ok: true });
    expect(JSON.stringify(result)).toContain('impact_assessor-213152-49c64c');
    expect((await demo('reconcile', '--dry-run')).stdout).toContain('session_not_found');
  });

  it('sweep: undead, husks and orphans are ended, files tidied up', async () => {
    const result = await json('sweep', '--yes');
    expect(result).toMatchObject({ code: 0, ok: true });
    expect(result.targets).toHaveLength(6);
    expect(result.plan.files.length).toBeGreaterThan(10);
  });

  it('shutdown: nobody is left', async () => {
    expect(await json('shutdown', '--yes')).toMatchObject({ code: 0, ok: true });
  });

  it('deploy: one more agent', async () => {
    const task = ['--task', 'TASK-20251030-091204-7c1e0d9f', '--type', 'tidier'];
    const result = await json('deploy', ...task, '--prompt', 'tidy up');
    expect(result).toMatchObject({ code: 0, ok: true, errors: [] });
    expect(result.processes).toHaveLength(2);
  });

  it('why and doctor speak of the made-up machine', async () => {
    const why = await demo('why', 'doc_writer-231500-5ea51d');
    expect(why.stdout).toContain('doc_writer-231500-5ea51d: live');
    const doctor = await json('doctor');
    expect(doctor).toMatchObject({ code: 0, ok: true });
    expect(doctor.checks[0].name).toBe('demo');
    const paths = doctor.checks.slice(1).map((check: { name: string }) => check.name);
    expect(paths.every((path: string) => path.startsWith('/home/dev/project/'))).toBe(true);
  });
});

describe('what the kernel sees of vigil --demo', () => {
  const signals = 'kill,tkill,tgkill,pidfd_send_signal,rt_sigqueueinfo,rt_tgsigqueueinfo';
  const changes =
    'unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,truncate,ftruncate,fallocate,chmod,fchmod,fchmodat,chown,utimensat,flock';
  const others = 'execve,connect,open,openat,openat2,creat';
  const forbidden = new RegExp(
    `^(?:\\d+ +)?(?:${[signals, changes].join().replaceAll(',', '|')})\\(`,
  );
  /** Everything of a machine that vigil would look at: processes of others, sockets of tmux, registries. */
  const real = /"\/proc\/\d|"[^"]*\/tmux-|agent-workspace|vigil\.log/;

  async function trace(words: readonly string[]) {
    const log = join(directory, `trace-${words.join('-').replace(/\W/g, '')}`);
    const state = join(directory, 'state');
    const program = [process.execPath, cliPath, '--demo', ...words];
    const strace = ['-f', '-qq', '-e', `trace=${signals},${changes},${others}`, '-o', log];
    const { stdout } = await promisify(execFile)('strace', [...strace, ...program], {
      env: vigilEnv({ XDG_STATE_HOME: state, TMPDIR: directory }),
      cwd: directory,
    });
    expect(readdirSync(directory).filter(name => !name.startsWith('trace-'))).toEqual([]);
    // A call that another thread's cut in two is told twice.
    const lines = readFileSync(log, 'utf8').split('\n');
    const calls = lines.filter(line => !line.includes(' resumed>'));
    return { stdout, calls };
  }

  /** @returns calls that touch, or look at, what is real. */
  function touches(calls: readonly string[]): string[] {
    return calls.filter(
      line =>
        forbidden.test(line) ||
        /\bconnect\(|\bcreat\(|O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(line) ||
        real.test(line.replace(/execve\(.*/, '')),
    );
  }

  for (const words of [
    ['list', '--json'],
    ['kill', 'api_prober-091410-4d5e6f', '--yes', '--json'],
    ['kill', 'file_lock_builder-230102-62aa15', '--force', '--yes', '--json'],
    ['sweep', '--yes', '--json'],
    ['reconcile', '--yes', '--json'],
    ['doctor', '--json'],
  ])
    it(`${words.join(' ')}: no signal, no write, no program, no look`, async () => {
      const { stdout, calls } = await trace(words);
      expect(JSON.parse(stdout)).toBeTruthy();
      expect(touches(calls)).toEqual([]);
      // Only itself was started, and it was traced at all.
      expect(calls.filter(line => line.includes('execve('))).toHaveLength(1);
      expect(calls.some(line => line.includes('dist/program.js'))).toBe(true);
    });

  it('the check itself sees what it is to see', () => {
    const calls = [
      '12 kill(4121, SIGTERM) = 0',
      '12 openat(AT_FDCWD, "/home/me/x", O_WRONLY|O_CREAT) = 3',
      '12 openat(AT_FDCWD, "/proc/4121/stat", O_RDONLY) = 3',
      '12 renameat2(AT_FDCWD, "a", AT_FDCWD, "b", 0) = 0',
      '12 connect(3, {sa_family=AF_UNIX, sun_path="/tmp/tmux-0/default"}, 20) = 0',
    ];
    expect(touches(calls)).toEqual(calls);
    expect(touches(['12 openat(AT_FDCWD, "/etc/localtime", O_RDONLY) = 3'])).toEqual([]);
  });
});

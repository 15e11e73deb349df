/** Pid reuse while an agent is being ended, forced in a private pid namespace. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rounds } from '../helpers/campaign.ts';
import { shortLivedChildren } from '../helpers/hostile-agents.ts';
import { createStandIns, type StandIns } from '../helpers/stand-ins.ts';
import { cliPath, vigilEnv } from '../helpers/vigil.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

const driver = fileURLToPath(new URL('../programs/reuse.py', import.meta.url));
const task = 'TASK-20251029-232447-3bf85ff8';

let standIns: StandIns;
let workspace: Workspace;
beforeEach(() => {
  standIns = createStandIns();
  workspace = createWorkspace(standIns.directory);
});
afterEach(() => standIns.close());

type Report = {
  readonly code: number;
  readonly vigil: {
    readonly targets: readonly {
      readonly outcome: string;
      readonly errors: readonly string[];
      readonly processes: readonly {
        readonly pid: number;
        readonly start: string;
        readonly outcome: string;
      }[];
    }[];
  };
  /** Bystanders: the pid of an exited child, the start times of the child and the bystander, the
   * bystander's state now. */
  readonly taken: readonly {
    readonly pid: number;
    readonly formerStart: string;
    readonly start: string;
    readonly now: readonly [string, string] | null;
  }[];
  readonly heard: readonly string[];
};

let count = 0;

/** When this exits, the whole namespace is killed. */
function reuse(how: 'later' | 'same tick', source = process.env.VIGIL_PROCESS_SOURCE): Report {
  const id = `alpha-${++count}`;
  const directory = join(standIns.directory, id);
  mkdirSync(directory);
  const claude = join(directory, 'claude');
  writeFileSync(claude, shortLivedChildren, { mode: 0o755 });
  workspace.writeTask(task, [{ id, status: 'working' }]);
  workspace.writeGlobal({ [id]: { task_id: task, tmux_session: `agent_${id}` } });
  workspace.age();
  const socket = `vigil-test-${process.pid}-reuse-${count}`;
  const state = join(standIns.directory, 'state');
  const kill = ['kill', id, '--yes', '--json', '-w', workspace.path, '-L', socket];
  const namespace = ['-p', '-f', '--mount-proc', '--kill-child'];
  // bash is pid 1 there and reaps orphaned processes.
  const words = ['bash', '-c', 'python3 "$@"; exit $?', 'bash', driver, how, id, claude];
  // The server's socket is removed with the directory.
  const env = vigilEnv({
    ...{ XDG_STATE_HOME: state, TMUX_TMPDIR: directory },
    VIGIL_PROCESS_SOURCE: source,
  });
  const output = execFileSync(
    'unshare',
    [...namespace, ...words, join(directory, 'ready'), socket, process.execPath, cliPath, ...kill],
    { env, encoding: 'utf8', timeout: 50_000 },
  );
  return JSON.parse(output);
}

const statusOf = () => JSON.parse(readFileSync(workspace.taskFile(task), 'utf8')).agents[0].status;

function expectUntouched({ taken, heard }: Report): void {
  expect(heard).toEqual([]);
  const touched = taken.filter(each => each.now?.[0] !== each.start || each.now[1] === 'T');
  expect(touched).toEqual([]);
}

it('a bystander that got the pid of an exited child is neither signalled nor counted', () => {
  for (let round = 0; round < rounds(2, 40); round++) {
    const report = reuse('later');
    expect(report.taken).toHaveLength(1);
    expectUntouched(report);
    const [target] = report.vigil.targets;
    expect([report.code, target?.outcome, statusOf()]).toEqual([0, 'killed', 'terminated']);
  }
});

it('the same holds where only ps is read, and a pid is known by the second of its start', () => {
  const report = reuse('later', 'portable');
  expect(report.taken).toHaveLength(1);
  expectUntouched(report);
  const [target] = report.vigil.targets;
  expect([report.code, target?.outcome, statusOf()]).toEqual([0, 'killed', 'terminated']);
});

it('the same holds within the clock tick in which the child was started', () => {
  let collisions = 0;
  let seen = 0;
  const wanted = rounds(3, 1000);
  // On a busy machine few pids are reused within a tick.
  for (let round = 0; round < rounds(1, 30) || (collisions < wanted && round < 100); round++) {
    const report = reuse('same tick');
    const same = report.taken.filter(each => each.start === each.formerStart);
    collisions += same.length;
    const [target] = report.vigil.targets;
    seen += (target?.processes ?? []).filter(each =>
      same.some(({ pid, start }) => pid === each.pid && start === each.start),
    ).length;
    expectUntouched(report);
    expect([report.code, target?.outcome, target?.errors]).toEqual([0, 'killed', []]);
  }
  expect(collisions).toBeGreaterThanOrEqual(wanted);
  // Vigil polled some of them while they were running.
  expect(seen).toBeGreaterThanOrEqual(rounds(0, 10));
}, 600_000);

/** A machine without /proc whose ps is not known: vigil is read-only, reports no process as dead, and changes
 * no process and no agent's file. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deploy } from '../../source/cli/commands/deploy.ts';
import { doctor } from '../../source/cli/commands/doctor.ts';
import { kill } from '../../source/cli/commands/kill.ts';
import { shutdown } from '../../source/cli/commands/shutdown.ts';
import { sweep } from '../../source/cli/commands/sweep.ts';
import type { Output } from '../../source/cli/output.ts';
import { createMonitor } from '../../source/core/inventory/monitor.ts';
import { createCleaner } from '../../source/core/lifecycle/cleaner.ts';
import type { Host } from '../../source/core/ports/host.ts';
import { createReconciler } from '../../source/core/reconcile/reconciler.ts';
import { createEnder } from '../../source/core/termination/ender.ts';
import { defaultPolicy } from '../../source/core/termination/policy.ts';
import { livingStat } from '../../source/host/processes/proc-identity.ts';
import { readOnlyReason, sourceOn } from '../../source/host/processes/process-source.ts';
import { processCheck } from '../../source/host/run/diagnose.ts';
import type { Action } from '../../source/screen/state/actions.ts';
import { screenWorld } from '../fixtures/screen-world.ts';
import { agentRow, snapshotOf } from '../fixtures/snapshot.ts';
import { emptyHost } from '../helpers/empty-host.ts';
import { createFakeMachine } from '../helpers/fake-machine.ts';
import { knowledge, process as processAt } from '../helpers/inventory.ts';
import { cliPath, vigilEnv } from '../helpers/vigil.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vigil-no-proc-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const never = new AbortController().signal;
const reason = 'without /proc vigil is read-only: a pid cannot be verified before a signal';

it('a process not found there is not over, and one missing from /proc is', () => {
  const ref = { pid: 4000, start: '7' };
  expect(livingStat(ref, join(root, '4000'), root)).toBe(undefined);
  mkdirSync(join(root, 'self'));
  writeFileSync(join(root, 'self', 'stat'), '');
  expect(livingStat(ref, join(root, '4000'), root)).toBe('over');
});

it('doctor lists what does not work, and vigil is read-only', async () => {
  const source = sourceOn('linux', undefined, root);
  expect([readOnlyReason(source), readOnlyReason('proc')]).toEqual([reason, undefined]);
  const { output, said } = listener();
  const { monitor } = toolsOf();
  expect(
    await doctor(
      { monitor, logins: emptyHost.logins },
      async () => [processCheck(1000, source)],
      false,
      output,
    ),
  ).toBe(10);
  expect(said.join('\n')).toContain(`BAD  processes: ${reason} (using ps)`);
  expect(said.join('\n')).toContain('kill, sweep, shutdown and deploy need /proc');
});

describe('a command that ends or starts something is refused there before it changes anything:', () => {
  const options = {
    ...{ policy: defaultPolicy, spareNames: [], lockWaitMs: 0, includesSuspected: false },
    ...{ json: false, yes: true, readOnly: false },
    withoutHangUps: <T>(work: () => Promise<T>) => work(),
  };
  const request = {
    ...{ task: 'TASK-1', type: 'builder', prompt: 'p', parent: 'orchestrator' },
    ...{ command: ['claude'], socketPath: '/nobody', searchPath: '/bin' },
  };
  const commands = {
    kill: (dryRun: boolean, output: Output) =>
      kill(toolsOf(), ['pid:4000'], { ...options, dryRun }, output),
    sweep: (dryRun: boolean, output: Output) =>
      sweep(toolsOf(), {}, { ...options, dryRun }, output),
    shutdown: (dryRun: boolean, output: Output) =>
      shutdown(toolsOf(), { ...options, dryRun }, never, output),
    deploy: (dryRun: boolean, output: Output) =>
      deploy(toolsOf(), request, { ...options, dryRun, stopping: never }, output),
  };
  for (const [name, run] of Object.entries(commands))
    it(`vigil ${name}; its --dry-run works`, async () => {
      const { output, said } = listener();
      expect(await run(false, output)).toBe(4);
      expect(said).toEqual([`vigil ${name}: refused: ${reason}`]);
      expect(await run(true, output)).not.toBe(4);
      expect(said.slice(1).join()).not.toContain(reason);
    });
});

it('the keys x, X, f, S, w and Q are refused with the same line', async () => {
  const tools = toolsOf();
  await tools.monitor.poll();
  const ender = createEnder(tools);
  const cleaner = createCleaner(tools, never);
  const reconciler = createReconciler(tools);
  const world = screenWorld({ reconciler, ender, cleaner });
  world.apply({
    kind: 'polled',
    snapshot: snapshotOf([agentRow('a-1', 'working', { class: 'live' })]),
  });
  /** @returns the reason of the refusal, after it is over. */
  const press = async (action: Action) => {
    for (const each of [{ kind: 'back' } as const, action])
      world.apply({ kind: 'requested', action: each });
    await world.finish();
    const { mode } = world.state();
    return mode.kind === 'dialog' && mode.dialog.kind === 'refused' ? mode.dialog.reasons : [];
  };
  expect(await press({ kind: 'end', force: false })).toEqual([reason]);
  expect(await press({ kind: 'end', force: true })).toEqual([reason]);
  expect(await press({ kind: 'signal' })).toEqual([reason]);
  expect(await press({ kind: 'sweep' })).toEqual([reason]);
  expect(await press({ kind: 'shutdown' })).toEqual([reason]);
  expect(await press({ kind: 'freeze' })).toEqual([]);
  expect(world.state().notice?.text).toBe(reason);
});

it('the program itself: polling works, killing is refused in one line', () => {
  const vigil = (words: string) =>
    `'${process.execPath}' '${cliPath}' ${words}; echo "left with $?"`;
  const script = `
    mount -t tmpfs none /proc
    ${vigil('kill pid:4000 --yes -L vigil-test-nobody')}
    ${vigil('list -L vigil-test-nobody')}
    ${vigil('doctor -L vigil-test-nobody | grep -A1 /proc')}
  `;
  const namespace = ['--mount', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'])];
  const said = execFileSync('unshare', [...namespace, 'sh', '-c', `exec 2>&1\n${script}`], {
    env: vigilEnv(),
    cwd: '/',
    encoding: 'utf8',
  });
  expect(said).toContain(`vigil kill: refused: ${reason}\nleft with 4\n`);
  expect(said).toContain(`BAD  processes: ${reason}`);
});

/** Signals and workspace files that fail the test if they are used. */
function toolsOf() {
  const { host } = createFakeMachine([processAt(4000, 1, 'claude')]);
  const { control, sessions, agentFiles } = emptyHost;
  const { registries } = emptyHost;
  const ports = { control, sessions, agentFiles, registries };
  const lookingOnly: Host = { ...host, ...ports, readOnlyReason: reason };
  const monitor = createMonitor(lookingOnly, knowledge);
  const { recogniser } = knowledge;
  const base = { policy: defaultPolicy, lockWaitMs: 0, spareNames: [] };
  return { ...base, host: lookingOnly, monitor, recogniser };
}

function listener() {
  const said: string[] = [];
  const output: Output = {
    charset: 'unicode',
    lines: lines => void said.push(...lines.map(line => line.map(span => span.text).join(''))),
    json: value => void said.push(JSON.stringify(value)),
    warn: message => void said.push(message),
  };
  return { output, said };
}

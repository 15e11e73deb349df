/** Trusted sources: a discovered workspace may be any user's, and a registry may claim anything. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, contentOf, startCleanups } from '../helpers/cleanups.ts';
import { isRoot, nobody } from '../helpers/people.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { vigil } from '../helpers/vigil.ts';
import { entryOf } from '../helpers/workspace.ts';

let farm: Cleanups;
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => farm.close());

/** Runs a command without a named workspace: it is discovered. */
const found = (cwd: string, words: readonly string[], env = {}) =>
  vigil([...words, '-L', farm.server.name], { cwd, env: { ...farm.env, ...env } });

const deployWords = () => ['--task', farm.task, '--type', 'builder', '--prompt', 'go'];
/** Commands with changes beyond named targets. */
const changing = () => [
  ['sweep', '--yes'],
  ['deploy', ...deployWords()],
];
const changingToo = [
  ['reconcile', '--yes'],
  ['shutdown', '--yes'],
  ['kill', '@undead', '--yes'],
];

/** Whose workspace is where. @returns the directory to start vigil in. */
const plants: Record<string, () => string> = {
  'all of it belongs to another user'() {
    execFileSync('chown', ['-R', `${nobody}:${nobody}`, farm.workspace.path]);
    return farm.standIns.directory;
  },
  'the directory belongs to another user, what is in it to us'() {
    chownSync(farm.workspace.path, nobody, nobody);
    const deep = join(farm.standIns.directory, 'deep', 'down');
    mkdirSync(deep, { recursive: true });
    return deep;
  },
  'it belongs to another user, and vigil is started in it'() {
    chownSync(farm.workspace.path, nobody, nobody);
    return farm.taskDirectory;
  },
  'it lies in a directory that everybody may write to'() {
    chmodSync(farm.standIns.directory, 0o777);
    return farm.standIns.directory;
  },
  'everybody may write to it'() {
    chmodSync(farm.workspace.path, 0o777);
    return farm.standIns.directory;
  },
};

describe.runIf(isRoot)('a discovered workspace', () => {
  for (const [title, plant] of Object.entries(plants))
    it(`is shown, and changed only if named: ${title}`, async () => {
      const undead = await farm.start('undead-1', 'with a setsid child');
      farm.husk('husk-1');
      // A claim in the registry: a user's program and session.
      const person = await farm.interactive('main');
      const { env, ready } = farm.standIns.environment();
      farm.server.session(
        'daemon',
        'env',
        `FIFO=x`,
        farm.standIns.server('postgres'),
        `${env.READY_FILE}`,
      );
      const postgres = await ready();
      farm.recordAs({ 'undead-1': 'completed', 'husk-1': 'working', 'ghost-1': 'working' });
      const claim = entryOf({
        id: 'claim-1',
        session: 'main',
        status: 'completed',
        tracked_processes: [
          {
            pid: postgres,
            start: statOf(postgres)?.start,
            boot_id: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
          },
        ],
      });
      const file = farm.workspace.taskFile(farm.task);
      const registry = JSON.parse(readFileSync(file, 'utf8'));
      registry.agents.push(claim);
      writeFileSync(file, JSON.stringify(registry));
      farm.workspace.age();
      farm.writeFiles('nobody-1');
      const cwd = plant();
      const before = contentOf(farm.workspace.path);
      const list = await found(cwd, ['list', '--json']);
      const rows: { agentId?: string }[] = JSON.parse(list.stdout).rows;
      expect(list.code).toBe(0);
      expect(rows.map(row => row.agentId)).toEqual(
        expect.arrayContaining(['undead-1', 'husk-1', 'ghost-1']),
      );
      const isFirst = title === Object.keys(plants)[0];
      for (const words of [...changing(), ...(isFirst ? changingToo : [])]) {
        const { code, stderr } = await found(cwd, words);
        expect([words[0], code, stderr]).toEqual([words[0], 4, expect.stringContaining('-w')]);
        expect([words[0], undead.pids.every(isAlive)]).toEqual([words[0], true]);
        expect(farm.sessions()).toEqual([
          'agent_husk-1',
          'agent_undead-1',
          'daemon',
          'main',
          'people',
        ]);
        expect(contentOf(farm.workspace.path)).toEqual(before);
      }
      const named = await vigil(['sweep', '--yes', ...farm.options], { cwd, env: farm.env });
      expect(named.stderr).not.toContain('refused');
      await allDead(undead.pids);
      expect([person, postgres].every(isAlive)).toBe(true);
      expect(farm.sessions()).toEqual(['daemon', 'main', 'people']);
    });

  const own: Record<string, () => Record<string, string>> = {
    'it belongs to the user of the sudo session'() {
      chownSync(farm.workspace.path, nobody, nobody);
      return { SUDO_UID: String(nobody) };
    },
    'it is in a sticky directory like /tmp'() {
      chmodSync(farm.standIns.directory, 0o1777);
      return {};
    },
    'the environment names it'() {
      chownSync(farm.workspace.path, nobody, nobody);
      return { VIGIL_WORKSPACE: farm.workspace.path };
    },
  };
  it(`is acted on if ${Object.keys(own).join(', or ')}`, async () => {
    for (const [title, make] of Object.entries(own)) {
      const id = `undead-${Object.keys(own).indexOf(title)}`;
      const undead = await farm.start(id, 'cooperative');
      farm.recordAs({ [id]: 'completed' });
      const env = make();
      const run = await found(farm.standIns.directory, ['sweep', '--yes'], env);
      expect([title, run.code, run.stderr]).toEqual([title, 0, '']);
      await allDead(undead.pids);
      chownSync(farm.workspace.path, 0, 0);
      chmodSync(farm.standIns.directory, 0o700);
    }
  });
});

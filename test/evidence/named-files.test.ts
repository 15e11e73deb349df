/** Agents write the registry: whatever file an entry names, only the agent's own files are removed and
 * archived. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { entryOf } from '../helpers/workspace.ts';

let farm: Cleanups;
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => farm.close());

const inTask = (...names: string[]) => join(farm.taskDirectory, ...names);

/** The files that each entry claims. The id is part of the file's name wherever that may mislead. */
const claims = (): Record<string, Record<string, string>> => ({
  R: { prompt_file: inTask('AGENT_REGISTRY.json'), log_file: inTask('AGENT_REGISTRY.json') },
  G: { prompt_file: farm.workspace.globalFile, progress_file: farm.workspace.globalFile },
  'builder-1': {
    prompt_file: 'agent_prompt_builder-12.txt',
    log_file: 'logs/builder-12_stream.jsonl',
    stream_log_file: inTask('logs', 'builder-12_stream.jsonl'),
    progress_file: 'progress/builder-12_progress.jsonl',
  },
  abs: {
    prompt_file: join(farm.standIns.directory, 'outside', 'agent_prompt_abs.txt'),
    log_file: join(farm.standIns.directory, 'outside', 'abs_stream.jsonl'),
  },
  up: { prompt_file: '../../outside/agent_prompt_up.txt', log_file: 'logs/../../../outside/up' },
  next: {
    prompt_file: '../TASK-2/agent_prompt_next-2.txt',
    log_file: '../TASK-2/logs/next-2_stream.jsonl',
  },
  inside: { prompt_file: 'notes/agent_prompt_inside.txt', log_file: 'notes/inside_stream.jsonl' },
});

/** Agents whose ids begin with another's: here, and in another task. */
const neighbours = ['builder-12', 'next-2'];

/** All named files that no command may remove. @returns the bytes by path. */
function writeOthers(): Map<string, string> {
  const outside = join(farm.standIns.directory, 'outside');
  const next = join(farm.workspace.path, 'TASK-2');
  const paths = [
    join(outside, 'agent_prompt_abs.txt'),
    join(outside, 'abs_stream.jsonl'),
    join(outside, 'agent_prompt_up.txt'),
    join(outside, 'up'),
    join(next, 'logs', 'next-2_stream.jsonl'),
    join(next, 'agent_prompt_next-2.txt'),
    inTask('notes', 'agent_prompt_inside.txt'),
    inTask('notes', 'inside_stream.jsonl'),
    inTask('agent_prompt_builder-12.txt'),
    inTask('logs', 'builder-12_stream.jsonl'),
    inTask('progress', 'builder-12_progress.jsonl'),
  ];
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `kept: ${path}`);
  }
  return new Map(paths.map(path => [path, `kept: ${path}`]));
}

describe('files that an entry names', () => {
  for (const title of ['sweep', 'kill', 'shutdown'] as const)
    it(`are kept by a ${title} unless they are its own; its own are archived`, async () => {
      const ids = Object.keys(claims());
      const agents = new Map<string, Agent>();
      for (const id of [...ids, ...neighbours]) agents.set(id, await farm.start(id, 'cooperative'));
      const status = title === 'sweep' ? 'completed' : 'working';
      const own = new Map(ids.map(id => [id, farm.writeFiles(id)]));
      // Of the neighbours, which are alive during a sweep and a kill.
      const others = writeOthers();
      farm.workspace.writeTask('TASK-2', [{ id: 'next-2', status: 'working' }]);
      const content = {
        task_id: farm.task,
        agents: [
          ...ids.map(id =>
            entryOf({
              id,
              status,
              ...claims()[id],
              tracked_files: { ...claims()[id], prompt_file: claims()[id]?.prompt_file },
            }),
          ),
          entryOf({ id: 'builder-12', status: 'working' }),
        ],
        active_count: 1,
      };
      mkdirSync(farm.taskDirectory, { recursive: true });
      farm.workspace.writeTask(farm.task, []);
      writeFileSync(farm.workspace.taskFile(farm.task), JSON.stringify(content));
      farm.workspace.writeGlobal({});
      farm.workspace.age();
      const words = {
        sweep: ['sweep', '--yes'],
        kill: ['kill', ...ids.map(id => `session:agent_${id}`), '--yes'],
        shutdown: ['shutdown', '--yes'],
      }[title];
      const run = await farm.vigil(words[0] as string, ...words.slice(1));
      for (const id of ids) await allDead(agents.get(id)?.pids ?? []);
      const alive = neighbours.flatMap(id => agents.get(id)?.pids ?? []);
      if (title === 'shutdown') await allDead(alive);
      else expect(alive.every(isAlive)).toBe(true);
      // A shutdown ends the neighbours too, and then cleans up their files.
      const isNeighbours = (path: string) => neighbours.some(id => path.includes(id));
      for (const [path, bytes] of others) {
        if (title === 'shutdown' && isNeighbours(path)) continue;
        expect([path, existsSync(path) && readFileSync(path, 'utf8')]).toEqual([path, bytes]);
      }
      expect(existsSync(farm.workspace.globalFile)).toBe(true);
      const registry = JSON.parse(readFileSync(farm.workspace.taskFile(farm.task), 'utf8'));
      expect(registry.agents.map((each: { id: string }) => each.id)).toEqual([
        ...ids,
        'builder-12',
      ]);
      const archive = inTask('archive');
      for (const id of ids) {
        expect([id, existsSync(inTask(`agent_prompt_${id}.txt`))]).toEqual([id, false]);
        for (const [name, bytes] of own.get(id) ?? [])
          expect([name, readFileSync(join(archive, name)).equals(bytes)]).toEqual([name, true]);
      }
      const archived = readdirSync(archive).filter(name => !isNeighbours(name));
      const logs = [...own.values()].flatMap(files => [...files.keys()]);
      expect(archived.sort()).toEqual([...logs, ...ids.map(id => `prompt_${id}.txt`)].sort());
      // They are kept, and that is reported.
      expect(run.stdout + run.stderr).toContain('unsafe path');
      expect(run.code, run.stderr).toBe(title === 'shutdown' ? 0 : 1);
    });
});

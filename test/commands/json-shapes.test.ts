/** A command's JSON has one shape: in every plan, and in dry and real runs. */
import { describe, expect, it } from 'vitest';
import { vigil } from '../helpers/vigil.ts';

async function json(...words: string[]) {
  const { stdout } = await vigil(['--demo', ...words, '--json']);
  return JSON.parse(stdout);
}

const agent = 'api_prober-091410-4d5e6f';
const task = 'TASK-20251029-225319-45548b6a';
const verbs: Readonly<Record<string, readonly string[]>> = {
  kill: ['kill', agent],
  reconcile: ['reconcile'],
  sweep: ['sweep'],
  shutdown: ['shutdown'],
  deploy: ['deploy', '--task', task, '--type', 'shape_prober', '--prompt', 'x'],
};

/** Every key of a document with its path; members of a list are merged. */
function namesIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap(each => namesIn(each, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [
    `${path}.${name}`,
    ...namesIn(each, `${path}.${name}`),
  ]);
}
const distinct = (names: readonly string[]) => [...new Set(names)].sort();
/** Without the contents of lists, which may be empty. */
const fixed = (value: unknown) => distinct(namesIn(value).filter(name => !name.includes('[]')));

describe.each(Object.keys(verbs))('vigil %s --json', verb => {
  const words = verbs[verb] ?? [];

  it('has the same keys in dry and real runs, and files of one shape', async () => {
    const dry = await json(...words, '--dry-run');
    const real = await json(...words, '--yes');
    expect([dry.dryRun, real.dryRun]).toEqual([true, false]);
    expect(fixed(dry)).toEqual(fixed(real));
    expect(Object.keys(dry)).toEqual(Object.keys(real));
    for (const name of ['schema', 'ok', 'dryRun', 'durationMs', 'plan', 'targets'])
      expect(dry).toHaveProperty(name);
    for (const { plan } of [dry, real]) {
      expect(plan).toMatchObject({ processes: expect.any(Array), spared: expect.any(Array) });
      expect(plan.files.length).toBeGreaterThan(0);
      const paths = plan.files.map(({ path }: { path: string }) => path);
      expect(distinct(paths)).toHaveLength(paths.length);
      for (const file of plan.files) {
        expect(file).toEqual({
          path: expect.stringMatching(/^\//),
          kind: expect.stringMatching(/^(prompt|log|directory|lock|temporary|registry)$/),
          work: expect.stringMatching(/^(remove|archive|create|change)$/),
          reason: expect.stringMatching(/./),
        });
      }
    }
    if (dry.targets.length > 0 && real.targets.length > 0 && verb !== 'reconcile')
      expect(distinct(namesIn(dry.targets[0].processes))).toEqual(
        distinct(namesIn(real.targets[0].processes)),
      );
  });
});

it('a kill lists the files it removes and archives, and does exactly that', async () => {
  const { plan, targets } = await json(...(verbs.kill ?? []), '--yes');
  const works = plan.files.map(({ path, work }: { path: string; work: string }) => [
    path.replace(/^.*\/TASK-[^/]+\//, ''),
    work,
  ]);
  expect(works).toContainEqual([`agent_prompt_${agent}.txt`, 'archive']);
  const archived = works.filter(([, work]: string[]) => work === 'archive');
  expect(archived.map(([path]: string[]) => path)).toEqual(targets[0].archived_files);
  expect(targets[0].prompt_file_deleted).toBe(true);
  const { stdout } = await vigil(['--demo', ...(verbs.kill ?? []), '--dry-run']);
  expect(stdout).toContain('  files prompt and 1 log archived\n');
});

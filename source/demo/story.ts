/** What happens without anybody's doing, second by second: an opening, and then an act that begins anew
 * every five minutes with other agents. */
import { known, type Manner, type TaskName } from './cast.ts';
import type { Timeline } from './timeline.ts';

/** Seconds since the beginning, or since the act's. `who` is a role of the same act, or somebody known. */
export type Deed = { readonly at: number } & (
  | {
      readonly does: 'deploy';
      readonly who: string;
      readonly type: string;
      readonly task: TaskName;
      readonly parent?: string;
      readonly manner: Manner;
    }
  /** Ends without a word to its registry: a ghost is left. */
  | { readonly does: 'crash'; readonly who: string }
  | { readonly does: 'resume'; readonly who: string; readonly perMinute: number }
  | { readonly does: 'be ended by another vigil'; readonly who: string }
);

export type Stage = {
  /** @returns the new agent's id; nothing where nobody is deployed now. */
  deploy(deed: Extract<Deed, { does: 'deploy' }>): string | undefined;
  crash(id: string): void;
  resume(id: string, perMinute: number): void;
  endByAnother(id: string): void;
  /** An old act's agent goes off the records. */
  forget(id: string): void;
};

const claude = (perMinute: number, more: Partial<Manner> = {}): Manner => ({
  program: 'claude',
  perMinute,
  ...more,
});

export const opening: readonly Deed[] = [
  { at: 8, does: 'be ended by another vigil', who: known.done },
  { at: 14, does: 'resume', who: known.migrator, perMinute: 12 },
  { at: 40, does: 'crash', who: known.reader },
  // It has some 2.5 GB by then, and the kernel takes it.
  { at: 280, does: 'crash', who: known.grower },
];

const { auditor, prober } = known;

export const act: readonly Deed[] = [
  deploy(0, 'scout', 'dependency_scout', 'audit', claude(60), auditor),
  deploy(25, 'porter', 'fixture_porter', 'api', { program: 'gemini', perMinute: 40 }, prober),
  deploy(40, 'tester', 'browser_tester', 'audit', claude(30, { isLeaking: true })),
  { at: 75, does: 'crash', who: 'tester' },
  deploy(90, 'polisher', 'changelog_polisher', 'audit', claude(50, { lingersMs: 45_000 })),
  deploy(120, 'bencher', 'benchmark_runner', 'api', { program: 'codex', perMinute: 25 }),
  deploy(150, 'tuner', 'retry_tuner', 'audit', claude(20, { isStubborn: true })),
  { at: 180, does: 'be ended by another vigil', who: 'tuner' },
  deploy(210, 'reviewer', 'diff_reviewer', 'audit', claude(18), auditor),
  deploy(230, 'splitter', 'module_splitter', 'api', claude(18), 'bencher'),
  deploy(255, 'grower', 'trace_collector', 'audit', claude(1, { isGrowing: true })),
  { at: 255 + 300, does: 'crash', who: 'grower' },
];

const secondMs = 1000;
const firstActMs = 20 * secondMs;
const actMs = 300 * secondMs;

export function play(timeline: Timeline, stage: Stage): void {
  perform(timeline, stage, opening, new Map());
  const next = (old: Roles, last: Roles) => {
    for (const id of old.values()) stage.forget(id);
    const roles = new Map<string, string>();
    perform(timeline, stage, act, roles);
    timeline.after(actMs, () => next(last, roles));
  };
  timeline.at(firstActMs, () => next(new Map(), new Map()));
}

type Roles = ReadonlyMap<string, string>;

function perform(
  timeline: Timeline,
  stage: Stage,
  deeds: readonly Deed[],
  roles: Map<string, string>,
): void {
  const idOf = (who: string) => roles.get(who) ?? who;
  for (const deed of deeds)
    timeline.after(deed.at * secondMs, () => {
      const id = idOf(deed.who);
      switch (deed.does) {
        case 'deploy': {
          const parent = deed.parent === undefined ? undefined : idOf(deed.parent);
          const deployed = stage.deploy({ ...deed, parent });
          if (deployed !== undefined) roles.set(deed.who, deployed);
          break;
        }
        case 'crash':
          stage.crash(id);
          break;
        case 'resume':
          stage.resume(id, deed.perMinute);
          break;
        case 'be ended by another vigil':
          stage.endByAnother(id);
      }
    });
}

function deploy(
  at: number,
  who: string,
  type: string,
  task: TaskName,
  manner: Manner,
  parent?: string,
): Deed {
  return { at, does: 'deploy', who, type, task, parent, manner };
}

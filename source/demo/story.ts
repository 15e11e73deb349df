/** What happens by itself, second by second: an opening, and then an act that is repeated every five
 * minutes with other agents. */
import { known, type Manner, runs, type TaskName } from './cast.ts';
import type { Orchestrator } from './orchestrator.ts';
import type { Timeline } from './timeline.ts';

const firstActAt = 20;
const actSeconds = 300;

/** Who enters in an act, and when, in seconds. The parent is known, or the type of one that entered before. */
const entrances: readonly (readonly [
  at: number,
  type: string,
  task: TaskName,
  manner: Manner,
  parent?: string,
])[] = [
  [0, 'dependency_scout', 'audit', runs('claude', 60), known.auditor],
  [25, 'fixture_porter', 'api', runs('gemini', 40), known.prober],
  [40, 'browser_tester', 'audit', runs('claude', 30, { isLeaking: true })],
  [90, 'changelog_polisher', 'audit', runs('claude', 50, { lingersMs: 45_000 })],
  [120, 'benchmark_runner', 'api', runs('codex', 25)],
  [150, 'retry_tuner', 'audit', runs('claude', 20, { isStubborn: true })],
  [210, 'diff_reviewer', 'audit', runs('claude', 18), known.auditor],
  [230, 'module_splitter', 'api', runs('claude', 18), 'benchmark_runner'],
  [255, 'trace_collector', 'audit', runs('claude', 1, { isGrowing: true })],
];
/** Those that the story takes out again. */
const exits = [
  [75, 'browser_tester', 'crashes'],
  [180, 'retry_tuner', 'is ended'],
  [555, 'trace_collector', 'crashes'],
] as const;

/** @param endByAnother another vigil ends this agent. @param isClosed whether a shutdown is under way:
 * then nothing is deployed. */
export function play(
  timeline: Timeline,
  { deploy, crash, resume, forget }: Orchestrator,
  endByAnother: (id: string) => void,
  isClosed: () => boolean,
): void {
  const at = (seconds: number, happen: () => void) => timeline.after(seconds * 1000, happen);
  at(8, () => endByAnother(known.done));
  at(14, () => resume(known.migrator, 12));
  at(40, () => crash(known.reader));
  // It has some 2.5 GB by then, and the kernel kills it.
  at(280, () => crash(known.grower));
  at(firstActAt, () => act([], []));

  /** @param old agents of the act before the last one. */
  function act(old: readonly string[], last: readonly string[]): void {
    for (const id of old) forget(id);
    const ids = new Map<string, string>();
    for (const [seconds, type, task, manner, parent = ''] of entrances)
      at(seconds, () => {
        if (!isClosed()) ids.set(type, deploy(type, task, manner, ids.get(parent) ?? parent));
      });
    for (const [seconds, type, how] of exits) {
      const leave = how === 'crashes' ? crash : endByAnother;
      at(seconds, () => leave(ids.get(type) ?? type));
    }
    at(actSeconds, () => act(last, [...ids.values()]));
  }
}

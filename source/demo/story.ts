/** What happens by itself, second by second: an opening, and then an act that is repeated every five
 * minutes with other agents. */
import { known, type Manner, type TaskName } from './cast.ts';
import type { Orchestrator } from './orchestrator.ts';
import type { Timeline } from './timeline.ts';

const secondMs = 1000;
const firstActAt = 20;
const actSeconds = 300;

/** @param endByAnother another vigil ends this agent. @param isClosed whether a shutdown is under way:
 * then nothing is deployed. */
export function play(
  timeline: Timeline,
  { deploy, crash, resume, forget }: Orchestrator,
  endByAnother: (id: string) => void,
  isClosed: () => boolean,
): void {
  const at = (seconds: number, happen: () => void) => timeline.after(seconds * secondMs, happen);
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
    const enter = (
      seconds: number,
      type: string,
      task: TaskName,
      program: Manner['program'],
      perMinute: number,
      { parent, ...more }: Partial<Manner> & { readonly parent?: string } = {},
    ) =>
      at(seconds, () => {
        if (isClosed()) return;
        const above = parent === undefined ? undefined : (ids.get(parent) ?? parent);
        ids.set(type, deploy(type, task, { program, perMinute, ...more }, above));
      });
    const leave = (seconds: number, type: string, how: (id: string) => void) =>
      at(seconds, () => how(ids.get(type) ?? type));
    enter(0, 'dependency_scout', 'audit', 'claude', 60, { parent: known.auditor });
    enter(25, 'fixture_porter', 'api', 'gemini', 40, { parent: known.prober });
    enter(40, 'browser_tester', 'audit', 'claude', 30, { isLeaking: true });
    leave(75, 'browser_tester', crash);
    enter(90, 'changelog_polisher', 'audit', 'claude', 50, { lingersMs: 45_000 });
    enter(120, 'benchmark_runner', 'api', 'codex', 25);
    enter(150, 'retry_tuner', 'audit', 'claude', 20, { isStubborn: true });
    leave(180, 'retry_tuner', endByAnother);
    enter(210, 'diff_reviewer', 'audit', 'claude', 18, { parent: known.auditor });
    enter(230, 'module_splitter', 'api', 'claude', 18, { parent: 'benchmark_runner' });
    enter(255, 'trace_collector', 'audit', 'claude', 1, { isGrowing: true });
    leave(255 + 300, 'trace_collector', crash);
    at(actSeconds, () => act(last, [...ids.values()]));
  }
}

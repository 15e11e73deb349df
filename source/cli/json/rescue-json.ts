/** Schema `vigil.rescue/1` of docs/json.md. */
import { isRescued, type Rescued, type RescuePlan } from '../../core/lifecycle/rescue.ts';

/** @param rescued what was done; empty in a dry run. */
export function rescueJson(plan: RescuePlan, rescued: readonly Rescued[], dryRun: boolean) {
  const { servers, taken } = plan;
  return {
    schema: 'vigil.rescue/1',
    ok: isRescued(plan, rescued),
    dryRun,
    targets: [
      ...servers.map(({ pid, path }) => {
        const done = rescued.find(({ server }) => server.pid === pid)?.done;
        const outcome = done === undefined ? null : done.ok ? 'rescued' : 'failed';
        return { pid, path, outcome, error: done?.ok === false ? done.reason : null };
      }),
      ...taken.map(({ pid, path }) => {
        return { pid, path, outcome: 'refused', error: 'another server has its socket' };
      }),
    ],
  };
}

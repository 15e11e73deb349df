/** Schema `vigil.rescue/1` of docs/json.md. */
import type { Rescued, RescuePlan } from '../../core/lifecycle/rescue.ts';

/** @param rescued what was done; empty in a dry run. */
export function rescueJson(
  { servers, taken }: RescuePlan,
  rescued: readonly Rescued[],
  dryRun: boolean,
) {
  return {
    schema: 'vigil.rescue/1',
    ok: rescued.every(({ done }) => done.ok),
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

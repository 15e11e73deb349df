/** Plans of other machines' vigils: asked for, confirmed, and what came of them. */
import type { Fleet } from '../fleet/fleet.ts';
import { farTargetOf } from '../fleet/fleet-rows.ts';
import type { FleetOnScreen } from '../fleet/on-screen.ts';
import { outcomeOfFar } from './far-outcome.ts';
import type { Effect } from './state/effects.ts';
import type { Event } from './state/events.ts';
import type { FarRequest } from './state/plan-steps.ts';

type FarEffect = Extract<Effect, { kind: 'plan far' | 'far' | 'drop far' | 'retry hosts' }>;

type FarPlansOptions = {
  readonly fleet: Pick<Fleet, 'plan' | 'retry'>;
  readonly words: FleetOnScreen['words'];
  report(event: Event): void;
  notice(text: string): void;
  /** Epoch milliseconds. */
  now(): number;
};

export type FarPlans = ReturnType<typeof createFarPlans>;

export function createFarPlans({ fleet, words, report, notice, now }: FarPlansOptions) {
  return (effect: FarEffect) => {
    switch (effect.kind) {
      case 'plan far': {
        const { request } = effect;
        void fleet
          .plan(asked(request, words(request.verb)))
          .then(planned => report({ kind: 'far planned', request, planned }));
        return;
      }
      case 'far': {
        const { plan, request } = effect;
        const keys = request.rows.map(({ key }) => key);
        // No row shows it.
        if (request.verb !== 'kill') notice(`${request.verb} on ${request.host}: started`);
        const onLost = (reason: string) =>
          notice(`${request.host}: ${reason}; what was confirmed goes on there`);
        void plan
          .execute(onLost, effect.reason?.text)
          .then(outcome =>
            report({ kind: 'finished', keys, at: now(), ...outcomeOfFar(request, outcome) }),
          );
        return;
      }
      case 'drop far':
        return effect.plan.drop();
      case 'retry hosts':
        for (const name of effect.names) fleet.retry(name);
    }
  };
}

function asked({ host, verb, force, rows }: FarRequest, words: readonly string[]) {
  const targets = rows.flatMap(row => farTargetOf(row) ?? []);
  return { host, verb, targets, words: force ? [...words, '--force'] : words };
}

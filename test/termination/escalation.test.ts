/** The stages of a termination as a table: stage × sighting × time. */
import { describe, expect, it } from 'vitest';
import { firstStage, type Stage, step } from '../../source/core/termination/escalation.ts';
import { defaultPolicy } from '../../source/core/termination/policy.ts';

const policy = defaultPolicy;
const terminating = (attempt: number, deadline: number): Stage => ({
  stage: 'terminating',
  attempt,
  of: 3,
  deadline,
});
const killing = (round: number, deadline: number): Stage => ({ stage: 'killing', round, deadline });
const verifying = (since: number, from = terminating(1, 500)): Stage =>
  ({ stage: 'verifying', since, from }) as Stage;

const table: readonly (readonly [string, Stage, 'alive' | 'gone' | 'unknown', number, Stage])[] = [
  ['waits within an attempt', terminating(1, 500), 'alive', 100, terminating(1, 500)],
  ['goes to the second attempt at 0.5 s', terminating(1, 500), 'alive', 500, terminating(2, 1500)],
  ['goes to the third at 1.5 s', terminating(2, 1500), 'alive', 1500, terminating(3, 3500)],
  ['kills at 3.5 s', terminating(3, 3500), 'alive', 3500, killing(1, 8500)],
  ['verifies as soon as no process is seen', terminating(1, 500), 'gone', 60, verifying(60)],
  ['waits if the table is unreadable', terminating(1, 500), 'unknown', 100, terminating(1, 500)],
  ['is not gone after one poll', verifying(60), 'gone', 80, verifying(60)],
  ['is gone after two polls 50 ms apart', verifying(60), 'gone', 110, { stage: 'gone' }],
  ['is not gone without a second table', verifying(60), 'unknown', 500, verifying(60)],
  ['continues if a process reappears', verifying(60), 'alive', 80, terminating(1, 500)],
  ['kills in a second round', killing(1, 8500), 'alive', 3600, killing(2, 8500)],
  ['does not kill without a table', killing(1, 8500), 'unknown', 3600, killing(1, 8500)],
  [
    'gives up after twenty rounds',
    killing(20, 8500),
    'alive',
    4000,
    { stage: 'failed', reason: 'alive after SIGKILL, 20 rounds' },
  ],
  [
    'gives up after five seconds, with the unreadable table as the reason',
    killing(3, 8500),
    'unknown',
    8500,
    { stage: 'failed', reason: 'the process table could not be read' },
  ],
  ['stays gone', { stage: 'gone' }, 'alive', 9000, { stage: 'gone' }],
];

describe('a termination', () => {
  for (const [name, stage, sighting, now, next] of table)
    it(name, () => expect(step(stage, sighting, now, policy)).toEqual(next));

  it('starts with SIGTERM, with the soft signal, or with SIGKILL', () => {
    expect(firstStage(policy, 0)).toEqual(terminating(1, 500));
    expect(firstStage({ ...policy, softSignalMs: 1000 }, 0)).toEqual({
      stage: 'asked',
      deadline: 1000,
    });
    expect(firstStage({ ...policy, softSignalMs: 1000, force: true }, 0)).toEqual(killing(1, 5000));
    const none = firstStage({ ...policy, attemptMs: [] }, 0);
    expect(step(none, 'alive', 0, { ...policy, attemptMs: [] })).toMatchObject({
      stage: 'killing',
    });
  });

  it('finishes in bounded time for every sequence of sightings', () => {
    let stage: Stage = firstStage({ ...policy, softSignalMs: 1000 }, 0);
    const seen = ['alive', 'unknown', 'gone', 'alive'] as const;
    for (let now = 0; now < 15_000; now += 25)
      stage = step(stage, seen[(now / 25) % 3] ?? 'alive', now, policy);
    expect(['gone', 'failed']).toContain(stage.stage);
  });
});

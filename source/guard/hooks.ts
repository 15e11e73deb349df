/** Hooks: commands of the user's that run on events of the guard. Each hook runs once at a time and at most `limit`
 * times a minute; what exceeds that is skipped, counted and reported once. */
import { isSame } from '../core/model/is-same.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { HookRun, HookRunner } from '../core/ports/hook-runner.ts';
import type { GuardEvent } from './observer.ts';

export type Hook = {
  /** Events (`alert-raised`, `killed`, …) or names of alerts. */
  readonly on: readonly string[];
  /** Program and arguments; no shell. */
  readonly command: readonly string[];
  readonly timeoutMs: number;
  /** Runs a minute. */
  readonly limit: number;
};

export const standardEvents = ['alert-raised', 'alert-cleared'] as const;

const minuteMs = 60_000;

export type HookOptions = {
  /** Rates are those of the steady time, which is never set back. */
  readonly clock: Pick<Clock, 'now' | 'steadyNow'>;
  /** Reports `hook-ran` and `warning`; such events run no hook. */
  readonly report: (event: GuardEvent) => void;
  /** Fields that every event has: host, workspaces. */
  readonly about: () => Readonly<Record<string, unknown>>;
};

export type Hooks = {
  happened(event: GuardEvent): void;
  /** Applies other hooks from now on. Those that were there before keep what runs, and their rate. */
  configure(next: readonly Hook[]): void;
  /** Resolves when no hook runs or waits. */
  idle(): Promise<void>;
};

export function createHooks(
  hooks: readonly Hook[],
  runner: HookRunner,
  options: HookOptions,
): Hooks {
  let lines = hooks.map(hook => createLine(hook, runner, options));
  let removed: Promise<unknown> = Promise.resolve();
  return {
    happened(event) {
      if (event.hook !== undefined) return;
      for (const line of lines) line.happened(event);
    },
    configure(next) {
      const before = [...lines];
      lines = next.map(hook => {
        const index = before.findIndex(line => isSame(line.hook, hook));
        const [known] = index < 0 ? [] : before.splice(index, 1);
        return known ?? createLine(hook, runner, options);
      });
      removed = Promise.all([removed, ...before.map(line => line.idle())]);
    },
    async idle() {
      await Promise.all([removed, ...lines.map(line => line.idle())]);
    },
  };
}

/** One hook with what waits for it. */
function createLine(hook: Hook, runner: HookRunner, { clock, report, about }: HookOptions) {
  const name = hook.command.join(' ');
  const wanted = new Set(hook.on);
  /** When the runs of the last minute began. */
  let runs: readonly number[] = [];
  let isSkipping = false;
  let lastOutcome: HookRun['outcome'] = 'ok';
  let last: Promise<void> = Promise.resolve();
  /** Runs that have not ended; a slow hook must not gather more and more. */
  let pending = 0;
  const reportRun = (result: string) => {
    const text = `hook ${name}: ${result}`;
    report({ event: 'hook-ran', at: clock.now(), text, hook: name, result });
  };
  const warn = (reason: string) =>
    report({ event: 'warning', at: clock.now(), text: `hook ${name}: ${reason}`, hook: name });
  const run = async (event: GuardEvent) => {
    const { outcome, reason } = await runner.run(
      hook.command,
      inputOf(event, about()),
      hook.timeoutMs,
    );
    reportRun(outcome);
    // Reported when it begins to fail, not for every run.
    if (outcome !== 'ok' && outcome !== lastOutcome) warn(reason ?? outcome);
    lastOutcome = outcome;
  };
  return {
    hook,
    happened(event: GuardEvent): void {
      const isNamed = event.event.startsWith('alert-') && wanted.has(String(event.name));
      if (!wanted.has(event.event) && !isNamed) return;
      const now = clock.steadyNow();
      runs = runs.filter(at => now - at < minuteMs);
      if (runs.length >= hook.limit || pending >= hook.limit) {
        reportRun('skipped');
        if (!isSkipping)
          warn(`more than ${hook.limit} runs a minute, or waiting; the rest are skipped`);
        isSkipping = true;
        return;
      }
      isSkipping = false;
      runs = [...runs, now];
      pending++;
      last = last
        .then(() => run(event))
        .finally(() => {
          pending--;
        });
    },
    idle: () => last,
  };
}

/** One line of JSON. */
function inputOf({ at, ...event }: GuardEvent, about: ReturnType<HookOptions['about']>): string {
  const time = new Date(at).toISOString();
  return `${JSON.stringify({ schema: 'vigil.event/1', time, ...about, ...event })}\n`;
}

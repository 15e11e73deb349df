/** The alerts of the guard: the same conditions as the rules for Prometheus in docs/monitoring. Each is raised once and
 * cleared once; nothing changes while a source that it rests on cannot be read. */
import type { GuardAlert } from '../core/model/guard-status.ts';
import { counted } from '../text/units.ts';
import type { Cleanup } from './cleanups.ts';
import type { GuardEvent, Look } from './observer.ts';
import { quantile } from './quantile.ts';

/** What a poll cannot know. */
export type AlertFacts = {
  /** The last run of the guard that swept or reconciled. */
  readonly lastCleanup?: { readonly at: number; readonly ok: boolean };
};

export type Ending = Pick<Cleanup, 'at' | 'durationMs' | 'escalated' | 'outcome'>;

export type AlertRules = {
  /** Between polls, milliseconds. */
  readonly intervalMs: number;
  /** How long there have to be ghosts, milliseconds. */
  readonly ghostsForMs: number;
  /** Share of cleanups that needed SIGKILL. */
  readonly escalationShare: number;
  /** 95 of 100 cleanups are to be faster, milliseconds. */
  readonly slowMs: number;
  /** Intervals without a poll. */
  readonly silentIntervals: number;
};

export const standardRules: Omit<AlertRules, 'intervalMs'> = {
  ghostsForMs: 600_000,
  escalationShare: 0.1,
  slowMs: 5000,
  silentIntervals: 3,
};

export const alertNames = ['escalations', 'slow-cleanups', 'zombies', 'ghosts', 'silent'] as const;
export type AlertName = (typeof alertNames)[number];

export type Alerts = {
  /** @returns `alert-raised` and `alert-cleared`, with `name`, `severity` and `since`. */
  step(look: Look, facts: AlertFacts): readonly GuardEvent[];
  /** What is raised now. */
  raised(): readonly { readonly name: AlertName; readonly since: number; readonly text: string }[];
  /** Since when there have been ghosts. */
  ghostsSince(): number | undefined;
};

type Severity = 'warning' | 'critical';
type Raised = { readonly since: number; readonly text: string };
/** A sentence while the condition holds; `undefined` if it does not; `unread` if that is not known. */
type Verdict = string | undefined | 'unread';

const severities: Readonly<Record<AlertName, Severity>> = {
  escalations: 'warning',
  'slow-cleanups': 'warning',
  zombies: 'warning',
  ghosts: 'warning',
  silent: 'critical',
};

/** What an earlier guard has left. */
export type EarlierAlerts = {
  readonly raised: readonly GuardAlert[];
  /** Since when there have been ghosts. */
  readonly ghostsSince?: number;
};

/** @param endings those of the last hour, from the audit log. */
export function createAlerts(
  rules: () => AlertRules,
  endings: () => readonly Ending[],
  earlier: EarlierAlerts = { raised: [] },
): Alerts {
  const raised = new Map<AlertName, Raised>(
    alertNames.flatMap(name => {
      const known = earlier.raised.find(each => each.name === name);
      if (known === undefined) return [];
      const { since, text } = known;
      return [[name, { since, text }] as const];
    }),
  );
  let { ghostsSince } = earlier;
  let zombiesBefore = false;
  let lastAt: number | undefined;

  const ghosts = ({ snapshot, at }: Look): Verdict => {
    if (isUnread(snapshot)) return 'unread';
    const count = snapshot.totals.ghost;
    ghostsSince = count > 0 ? (ghostsSince ?? at) : undefined;
    if (ghostsSince === undefined || at - ghostsSince < rules().ghostsForMs) return undefined;
    return `${counted(count, 'ghost')} for ${minutes(at - ghostsSince)}`;
  };
  const zombies = ({ snapshot }: Look, { lastCleanup }: AlertFacts): Verdict => {
    if (isUnread(snapshot)) return 'unread';
    const count = snapshot.totals.zombie;
    const isAfter = lastCleanup !== undefined || endings().length > 0;
    // A process is a zombie for a moment whenever its parent is slow.
    const isSteady = count > 0 && zombiesBefore;
    zombiesBefore = count > 0;
    return isSteady && isAfter ? `${counted(count, 'zombie')} after a cleanup` : undefined;
  };
  const silent = ({ at }: Look): Verdict => {
    const gapMs = lastAt === undefined ? 0 : at - lastAt;
    lastAt = at;
    const { silentIntervals, intervalMs } = rules();
    if (gapMs <= silentIntervals * intervalMs) return undefined;
    const [gap, interval] = [gapMs, intervalMs].map(ms => Math.round(ms / 1000));
    return `no poll for ${gap} s (expected every ${interval} s)`;
  };
  return {
    step(look, facts) {
      const verdicts: readonly (readonly [AlertName, Verdict])[] = [
        ['escalations', escalations(endings(), rules())],
        ['slow-cleanups', slowCleanups(endings(), rules())],
        ['zombies', zombies(look, facts)],
        ['ghosts', ghosts(look)],
        ['silent', silent(look)],
      ];
      return verdicts.flatMap(([name, verdict]) => {
        const before = raised.get(name);
        const severity = severities[name];
        if (verdict === 'unread' || (verdict === undefined) === (before === undefined)) return [];
        if (verdict !== undefined) {
          raised.set(name, { since: look.at, text: verdict });
          const text = `${severity}: ${verdict}`;
          return [{ event: 'alert-raised', at: look.at, text, name, severity, since: look.at }];
        }
        raised.delete(name);
        const { since, text: was } = before as Raised;
        const text = `over after ${minutes(look.at - since)}: ${was}`;
        return [{ event: 'alert-cleared', at: look.at, text, name, severity, since }];
      });
    },
    ghostsSince: () => ghostsSince,
    raised: () => [...raised].map(([name, each]) => ({ name, ...each })),
  };
}

function isUnread({ problems }: Look['snapshot']): boolean {
  return problems.some(({ unread }) => unread);
}

function escalations(endings: readonly Ending[], { escalationShare }: AlertRules): Verdict {
  const count = endings.filter(({ escalated }) => escalated).length;
  if (endings.length === 0 || count / endings.length <= escalationShare) return undefined;
  return `${count} of ${counted(endings.length, 'cleanup')} in the last hour needed SIGKILL`;
}

function slowCleanups(endings: readonly Ending[], { slowMs }: AlertRules): Verdict {
  const durations = endings
    .filter(({ outcome }) => outcome !== 'interrupted')
    .map(({ durationMs }) => durationMs);
  const p95 = quantile(durations, 0.95);
  if (p95 === undefined || p95 <= slowMs) return undefined;
  return `p95 of cleanups in the last hour is ${(p95 / 1000).toFixed(1)} s`;
}

function minutes(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

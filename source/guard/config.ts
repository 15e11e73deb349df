/** What the guard may do: the key `guard` of the configuration file, and its defaults. With the
 * defaults it only reports. */
import type { RowClass } from '../core/model/model.ts';

export const actions = ['report', 'reconcile', 'sweep', 'kill'] as const;
export type Action = (typeof actions)[number];

/** Conditions of live agents, which have an action as classes have one. */
export const conditions = ['idle', 'stuck', 'limit'] as const;
export type Condition = (typeof conditions)[number];

/** What the policy has an action for. */
export type Subject = RowClass | Condition;

/** Live agents are ended only under a condition, interactive ones and shared daemons never. */
export const allowedActions: Readonly<Record<Subject, readonly Action[]>> = {
  live: ['report'],
  undead: ['report', 'sweep', 'kill'],
  ghost: ['report', 'reconcile'],
  husk: ['report', 'sweep', 'kill'],
  orphan: ['report', 'sweep', 'kill'],
  interactive: ['report'],
  host: ['report'],
  zombie: ['report'],
  unknown: ['report'],
  ended: ['report'],
  idle: ['report', 'sweep', 'kill'],
  stuck: ['report', 'kill'],
  limit: ['report', 'kill'],
};

export type Policy = Readonly<Record<Subject, Action>>;

/** Of one agent with all its processes; an absent one does not limit. */
export type AgentLimits = {
  readonly rssBytes?: number;
  /** Of one core, for this long without a break. */
  readonly cpu?: { readonly percent: number; readonly ms: number };
  readonly processes?: number;
  readonly descriptors?: number;
  readonly ageMs?: number;
};

/** Numbers of agent programs. */
export type Thresholds = {
  readonly warn: number;
  readonly critical: number;
  /** Sweep and reconcile at once when the number becomes critical, as far as the policy allows. */
  readonly cleanAtCritical: boolean;
};

export type GuardConfig = {
  readonly policy: Policy;
  /** How long a row must have had its verdict, milliseconds. */
  readonly minimumAgeMs: number;
  /** How many looks must agree on it. */
  readonly looks: number;
  /** Agent ids, sessions and exact names of programs that are never ended. */
  readonly protect: readonly string[];
  readonly idleLimitMs: number;
  readonly stuckAfterMs: number;
  readonly limits: AgentLimits;
  readonly thresholds: Thresholds;
  /** Rows ended in a minute. */
  readonly maximumEndings: number;
  /** Time between runs that sweep and reconcile. */
  readonly everyMs: number;
  /** Time between looks. */
  readonly healthMs: number;
};

export const defaultGuard: GuardConfig = {
  policy: Object.fromEntries(
    Object.keys(allowedActions).map(subject => [subject, 'report']),
  ) as Record<Subject, Action>,
  minimumAgeMs: 60_000,
  looks: 3,
  protect: [],
  idleLimitMs: 6_600_000,
  stuckAfterMs: 900_000,
  limits: {},
  thresholds: { warn: 10, critical: 20, cleanAtCritical: false },
  maximumEndings: 10,
  everyMs: 300_000,
  healthMs: 30_000,
};

/** Whether the policy has this action for any class or condition. */
export function hasAction({ policy }: GuardConfig, action: Action): boolean {
  return Object.values(policy).includes(action);
}

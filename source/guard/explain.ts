/** The policy in force, in plain sentences. Pure. */
import { rowClasses } from '../core/model/model.ts';
import { bytes, counted, duration } from '../text/units.ts';
import { allowedActions, conditions, type GuardConfig, hasAction, type Subject } from './config.ts';

/** @param isDryRun nothing is changed. @returns one sentence a line. */
export function explain(config: GuardConfig, isDryRun: boolean): readonly string[] {
  const { policy, looks, minimumAgeMs, protect, thresholds, maximumEndings } = config;
  const isReporting = Object.values(policy).every(action => action === 'report');
  const agreed = `${counted(looks, 'poll')} agree on it for at least ${duration(minimumAgeMs)}`;
  const classes = rowClasses.filter(name => allowedActions[name].length > 1);
  return [
    ...(isDryRun ? ['Dry run: everything below is only reported, nothing is changed.'] : []),
    `Polls every ${seconds(config.healthMs)}, runs every ${seconds(config.everyMs)}.`,
    ...(isReporting ? ['Only reports: no class or condition has an action (guard.policy).'] : []),
    ...classes.map(name => sentenceOf(name, config)),
    'Interactive agents, shared daemons and live agents without a condition are never ended; zombies cannot be.',
    ...conditions.map(name => sentenceOf(name, config)),
    ...(isReporting
      ? []
      : [
          `A row is acted on after ${agreed}; right before the first signal it is judged again.`,
          'Suspected orphans, rows with an attached client and rows of other workspaces are skipped.',
          'Nothing is changed while a source cannot be read, nor in the first run after the machine slept or the guard was stopped.',
          maximumEndings === 0
            ? 'No row is ended (guard.maximumEndings is 0); each raises an alert.'
            : `At most ${counted(maximumEndings, 'row')} a minute are ended; more raise an alert.`,
        ]),
    ...(hasAction(config, 'sweep')
      ? ['A sweep also archives files of agents that are gone and rolls back interrupted deploys.']
      : []),
    protect.length === 0 ? 'No name is protected.' : `Never ended: ${protect.join(', ')}.`,
    `${thresholds.warn} agent programs are a warning, ${thresholds.critical} critical${
      thresholds.cleanAtCritical ? ': then a run follows at once' : ''
    }.`,
  ];
}

function sentenceOf(subject: Subject, config: GuardConfig): string {
  const action = config.policy[subject];
  const what = meaningOf(subject, config);
  if (what === undefined) return 'No limit of an agent is set (guard.limits).';
  switch (action) {
    case 'report':
      return `${what}: reported.`;
    case 'reconcile':
      return `${what}: closed in the registries at the next run, which also does the bookkeeping of vigil reconcile.`;
    case 'sweep':
      return `${what}: ended at the next run, as vigil sweep does.`;
    case 'kill':
      return `${what}: ended after the poll that confirms it.`;
  }
}

/** @returns nothing for limits if none is set. */
function meaningOf(subject: Subject, config: GuardConfig): string | undefined {
  switch (subject) {
    case 'undead':
      return 'Undead agents (finished in the registry, still running)';
    case 'ghost':
      return 'Ghosts (active in the registry, nothing running)';
    case 'husk':
      return 'Husks (sessions with only shells in them)';
    case 'orphan':
      return 'Proven orphans (in no registry, their agent is gone)';
    case 'idle':
      return `Live agents whose session is idle for more than ${duration(config.idleLimitMs)}`;
    case 'stuck':
      return `Live agents without CPU, output and log for ${duration(config.stuckAfterMs)}, unless they wait for input`;
    case 'limit':
      return limitsOf(config);
    default:
      return subject;
  }
}

function limitsOf({ limits: { rssBytes, cpu, processes, descriptors, ageMs } }: GuardConfig) {
  const words = [
    rssBytes === undefined ? [] : `${bytes(rssBytes)} of memory`,
    cpu === undefined ? [] : `${cpu.percent}% CPU for ${duration(cpu.ms)}`,
    processes === undefined ? [] : counted(processes, 'process', 'processes'),
    descriptors === undefined ? [] : counted(descriptors, 'descriptor'),
    ageMs === undefined ? [] : `${duration(ageMs)} of running`,
  ].flat();
  return words.length === 0 ? undefined : `Live agents over ${words.join(' or ')}`;
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

/** Names of events and alerts of the guard, as hooks can name them. */
import { alertNames } from './alerts.ts';

export const guardEvents = [
  'started',
  'took-over',
  'resumed',
  'found',
  'resolved',
  'reconciled',
  'swept',
  'killed',
  'would-reconcile',
  'would-sweep',
  'would-kill',
  'held-back',
  'alert-raised',
  'alert-cleared',
  'config-read',
  'config-refused',
  'warning',
  'stopped',
] as const;

/** Also those of the numbers of agents and of terminations. */
export const allAlertNames = [
  ...alertNames,
  'many-agents',
  'too-many-agents',
  'maximum-endings',
] as const;

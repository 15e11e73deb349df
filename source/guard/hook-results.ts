/** How a run of a hook ends in metrics: as the runner reports it, or skipped by the rate limit. */
import { hookOutcomes } from '../core/ports/hook-runner.ts';

export const hookResults = [...hookOutcomes, 'skipped'] as const;

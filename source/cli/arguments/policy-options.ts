/** How terminations escalate: from the options, or else from the environment (docs/usage.md). */
import { defaultPolicy, type Policy, softSignalMs } from '../../core/termination/policy.ts';
import { expected, type Given } from './option-spec.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const mostRetries = 20;
const longestDelaySeconds = 3600;

/** @throws OptionFault for what is invalid in an option or a variable. */
export function readPolicy(given: Given, env: Environment): Policy {
  const delays = readDelays(given, env);
  const [name, count] = given.has('retries')
    ? ['--retries', given.get('retries')]
    : ['CLEANUP_MAX_RETRIES', env.CLEANUP_MAX_RETRIES || delays.length];
  const retries = Number(count);
  if (!Number.isInteger(retries) || retries < 0 || retries > mostRetries)
    expected(name, `0 to ${mostRetries}`, count);
  const settle = Number(given.get('settle') ?? defaultPolicy.settleMs / 1000);
  if (!isDelay(settle)) expected('--settle', 'seconds', given.get('settle'));
  const last = delays.at(-1) ?? 0;
  return {
    // With more attempts than delays, the last delay repeats.
    attemptMs: Array.from({ length: retries }, (_, index) => (delays[index] ?? last) * 1000),
    softSignalMs: given.get('ask-first') === true ? softSignalMs : undefined,
    force: given.get('force') === true,
    settleMs: settle * 1000,
  };
}

function readDelays(given: Given, env: Environment): readonly number[] {
  if (given.has('retry-delays')) {
    const delays = given.get('retry-delays');
    return numbers(`[${delays}]`) ?? expected('--retry-delays', 'seconds such as 0.5,1,2', delays);
  }
  const delays = env.CLEANUP_RETRY_DELAYS;
  if (!delays) return defaultPolicy.attemptMs.map(ms => ms / 1000);
  const example = 'seconds such as [0.5, 1, 2]';
  return numbers(delays) ?? expected('CLEANUP_RETRY_DELAYS', example, delays);
}

function numbers(json: string): readonly number[] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) && value.length > 0 && value.every(isDelay) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isDelay(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= longestDelaySeconds;
}

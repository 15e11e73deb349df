/** How terminations escalate: from the options, or else from the environment (docs/usage.md). */
import type { Reading } from '../../core/model/model.ts';
import { defaultPolicy, type Policy, softSignalMs } from '../../core/termination/policy.ts';
import type { Given } from './option-spec.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const mostRetries = 20;
const longestDelaySeconds = 3600;

/** @returns the policy, or what is invalid in an option or a variable. */
export function readPolicy(given: Given, env: Environment): Reading<Policy> {
  const standard = defaultPolicy.attemptMs.map(ms => ms / 1000);
  const delays = given.has('retry-delays')
    ? numbers('--retry-delays', given.get('retry-delays'), '0.5,1,2', text => `[${text}]`)
    : env.CLEANUP_RETRY_DELAYS === undefined || env.CLEANUP_RETRY_DELAYS === ''
      ? { ok: true as const, value: standard }
      : numbers('CLEANUP_RETRY_DELAYS', env.CLEANUP_RETRY_DELAYS, '[0.5, 1, 2]');
  if (!delays.ok) return delays;
  const [name, count] = given.has('retries')
    ? ['--retries', given.get('retries')]
    : ['CLEANUP_MAX_RETRIES', env.CLEANUP_MAX_RETRIES || delays.value.length];
  const retries = Number(count);
  if (!Number.isInteger(retries) || retries < 0 || retries > mostRetries)
    return {
      ok: false,
      reason: `${name}: expected 0 to ${mostRetries}, got ${JSON.stringify(count)}`,
    };
  const settle = Number(given.get('settle') ?? defaultPolicy.settleMs / 1000);
  if (!(settle >= 0 && settle <= longestDelaySeconds))
    return {
      ok: false,
      reason: `--settle: expected seconds, got ${JSON.stringify(given.get('settle'))}`,
    };
  const last = delays.value.at(-1) ?? 0;
  return {
    ok: true,
    value: {
      // With more attempts than delays, the last delay repeats.
      attemptMs: Array.from(
        { length: retries },
        (_, index) => (delays.value[index] ?? last) * 1000,
      ),
      softSignalMs: given.get('ask-first') === true ? softSignalMs : undefined,
      force: given.get('force') === true,
      settleMs: settle * 1000,
    },
  };
}

function numbers(
  name: string,
  given: unknown,
  example: string,
  jsonOf = (text: string) => text,
): Reading<readonly number[]> {
  const reason = `${name}: expected seconds such as ${example}, got ${JSON.stringify(given)}`;
  const fault = { ok: false, reason } as const;
  try {
    const value: unknown = JSON.parse(jsonOf(String(given)));
    const isFine = (each: unknown) =>
      typeof each === 'number' && each >= 0 && each <= longestDelaySeconds;
    return Array.isArray(value) && value.length > 0 && value.every(isFine)
      ? { ok: true, value }
      : fault;
  } catch {
    return fault;
  }
}

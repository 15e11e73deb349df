/** The key `guard` of the configuration file: what the guard may do. */
import { similarWord } from '../../core/model/similar.ts';
import {
  type Action,
  actions,
  allowedActions,
  defaultGuard,
  type GuardConfig,
  type Subject,
} from '../../guard/config.ts';
import { expected, type Given, OptionFault } from './option-spec.ts';

/** The name of the key. */
export const guardKey = 'guard';

const longestSeconds = 366 * 86_400;
const mostCount = 1_000_000;

type Fields = Readonly<Record<string, unknown>>;

const ownKeys = [
  'policy',
  'minimumAge',
  'looks',
  'protect',
  'idleLimit',
  'stuckAfter',
  'limits',
  'thresholds',
  'maximumEndings',
  'every',
  'health',
] as const;

/** @param otherKeys keys that other parts of the guard read.
 * @throws OptionFault that names the key. */
export function readGuardOptions(given: Given, otherKeys: readonly string[] = []): GuardConfig {
  const fields = objectIn(guardKey, given.has(guardKey) ? given.get(guardKey) : {}, [
    ...ownKeys,
    ...otherKeys,
  ]);
  const { policy, protect } = fields;
  const seconds = (name: string, standardMs: number, least = 0) =>
    numberIn(`${guardKey}.${name}`, fields[name], standardMs / 1000, {
      least,
      most: longestSeconds,
      what: 'seconds',
    }) * 1000;
  const count = (name: string, standard: number, least = 0) =>
    numberIn(`${guardKey}.${name}`, fields[name], standard, {
      least,
      most: mostCount,
      isWhole: true,
    });
  // The command line comes before the key of the same name.
  const interval = (name: 'every' | 'health', standardMs: number) =>
    given.has(name)
      ? numberIn(`--${name}`, given.get(name), 0, { least: 0.1, most: 86_400, what: 'seconds' }) *
        1000
      : seconds(name, standardMs, 0.1);
  return {
    policy: readPolicyOf(policy),
    minimumAgeMs: seconds('minimumAge', defaultGuard.minimumAgeMs),
    looks: count('looks', defaultGuard.looks, 1),
    protect: namesIn(`${guardKey}.protect`, protect),
    idleLimitMs: seconds('idleLimit', defaultGuard.idleLimitMs),
    stuckAfterMs: seconds('stuckAfter', defaultGuard.stuckAfterMs),
    limits: readLimits(fields.limits),
    thresholds: readThresholds(fields.thresholds),
    maximumEndings: count('maximumEndings', defaultGuard.maximumEndings),
    everyMs: interval('every', defaultGuard.everyMs),
    healthMs: interval('health', defaultGuard.healthMs),
  };
}

function readPolicyOf(value: unknown = {}): GuardConfig['policy'] {
  const path = `${guardKey}.policy`;
  const known = Object.keys(allowedActions);
  const given = objectIn(path, value, known, 'class');
  const chosen = Object.entries(given).map(([subject, wanted]) => {
    const action = actions.find(each => each === wanted);
    const allowed = allowedActions[subject as Subject];
    if (action === undefined) return expected(`${path}.${subject}`, allowed.join(', '), wanted);
    if (!allowed.includes(action))
      throw new OptionFault(
        `${path}.${subject}: ${subject} rows are never "${wanted}" (use ${allowed.join(', ')})`,
      );
    return [subject, action] as const;
  });
  return { ...defaultGuard.policy, ...Object.fromEntries<Action>(chosen) };
}

function readLimits(value: unknown = {}): GuardConfig['limits'] {
  const path = `${guardKey}.limits`;
  const given = objectIn(path, value, ['rss', 'cpu', 'processes', 'descriptors', 'age']);
  const count = (name: string) =>
    given[name] === undefined
      ? undefined
      : numberIn(`${path}.${name}`, given[name], 0, { least: 1, most: mostCount, isWhole: true });
  const cpu =
    given.cpu === undefined
      ? undefined
      : objectIn(`${path}.cpu`, given.cpu, ['percent', 'seconds']);
  const within = { least: 1, most: longestSeconds, what: 'seconds' };
  return {
    rssBytes: given.rss === undefined ? undefined : sizeIn(`${path}.rss`, given.rss),
    cpu: cpu && {
      percent: numberIn(`${path}.cpu.percent`, cpu.percent, undefined, {
        least: 1,
        most: 100_000,
        what: 'percent',
      }),
      ms: numberIn(`${path}.cpu.seconds`, cpu.seconds, 60, within) * 1000,
    },
    processes: count('processes'),
    descriptors: count('descriptors'),
    ageMs:
      given.age === undefined ? undefined : numberIn(`${path}.age`, given.age, 0, within) * 1000,
  };
}

function readThresholds(value: unknown = {}): GuardConfig['thresholds'] {
  const path = `${guardKey}.thresholds`;
  const standard = defaultGuard.thresholds;
  const given = objectIn(path, value, ['warn', 'critical', 'cleanAtCritical']);
  const range = { least: 1, most: mostCount, isWhole: true };
  const warn = numberIn(`${path}.warn`, given.warn, standard.warn, range);
  const least = Math.max(warn, standard.critical);
  const critical = numberIn(`${path}.critical`, given.critical, least, range);
  const { cleanAtCritical = standard.cleanAtCritical } = given;
  if (critical < warn)
    return expected(`${path}.critical`, `a number from ${warn} (warn)`, critical);
  if (typeof cleanAtCritical !== 'boolean')
    return expected(`${path}.cleanAtCritical`, 'true or false', cleanAtCritical);
  return { warn, critical, cleanAtCritical };
}

/** @throws OptionFault for another type, or an unknown key. */
export function objectIn(
  path: string,
  value: unknown,
  known: readonly string[],
  what = 'key',
): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return expected(path, 'an object', value);
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const similar = similarWord(name, known);
    const hint = similar === undefined ? `use ${known.join(', ')}` : `did you mean ${similar}?`;
    throw new OptionFault(`${path}.${name}: unknown ${what} "${name}" (${hint})`);
  }
  return value as Fields;
}

type Range = {
  readonly least: number;
  readonly most: number;
  readonly what?: string;
  readonly isWhole?: boolean;
};

/** Values of the command line are texts. @param standard none: the value is required. */
function numberIn(
  path: string,
  value: unknown,
  standard: number | undefined,
  { least, most, what = 'a number', isWhole = false }: Range,
): number {
  const given = value === undefined ? standard : value;
  const isText = typeof given === 'string' && given.trim() !== '';
  const number = typeof given === 'number' ? given : isText ? Number(given) : Number.NaN;
  const isFit = number >= least && number <= most && (!isWhole || Number.isInteger(number));
  return isFit ? number : expected(path, `${what} (${least} to ${most})`, value);
}

const units = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 } as const;

/** Bytes, or a size such as `4G`. */
function sizeIn(path: string, value: unknown): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(String(value)) ?? [];
  const bytes = Number(number) * units[unit as keyof typeof units];
  return bytes >= 1
    ? Math.round(bytes)
    : expected(path, 'bytes, or a size such as 500M or 4G', value);
}

function namesIn(path: string, value: unknown = []): readonly string[] {
  const isName = (each: unknown) => typeof each === 'string' && each !== '';
  if (Array.isArray(value) && value.every(isName)) return value as string[];
  return expected(path, 'a list of names', value);
}

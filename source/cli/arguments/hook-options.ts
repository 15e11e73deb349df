/** The parts of `guard` in the configuration file that report: metrics, hooks and messages. */
import { isIP } from 'node:net';
import { similarWord } from '../../core/model/similar.ts';
import type { MetricsAddress } from '../../core/ports/metrics.ts';
import { allAlertNames, guardEvents } from '../../guard/event-names.ts';
import { type Hook, standardEvents } from '../../guard/hooks.ts';
import { messageWays, type OutputConfig } from '../../guard/outputs.ts';
import { guardKey } from './guard-options.ts';
import { expected, type Given, OptionFault } from './option-spec.ts';

/** The keys of `guard` that this file reads. */
export const hookKeys = ['metrics', 'textfile', 'hooks', 'message'] as const;

type Fields = Readonly<Record<string, unknown>>;

/** Reads them from the configuration file; --metrics and --textfile take precedence.
 * @throws OptionFault that names the key. */
export function readHookOptions(given: Given): OutputConfig {
  const path = guardKey;
  const guard = Object(given.get(guardKey)) as Fields;
  const where = (name: 'metrics' | 'textfile') =>
    given.has(name)
      ? ([`--${name}`, given.get(name)] as const)
      : ([`${path}.${name}`, guard[name]] as const);
  const { hooks = [], message = 'off' } = guard;
  const [metricsName, metrics] = where('metrics');
  const [textfileName, textfile] = where('textfile');
  if (textfile !== undefined && !isText(textfile))
    return expected(textfileName, 'a path', textfile);
  if (!Array.isArray(hooks)) return expected(`${path}.hooks`, 'a list of hooks', hooks);
  return {
    metrics: metrics === undefined ? undefined : readAddress(metrics, metricsName),
    textfile,
    hooks: hooks.map((hook, index) => readHook(hook, `${path}.hooks[${index}]`)),
    message: oneOf(message, messageWays, `${path}.message`),
  };
}

/** `9464` and `localhost:9464` are loopback. Another address is accepted only as a literal one: a name might become any.
 * @throws OptionFault */
export function readAddress(value: unknown, name = '--metrics'): MetricsAddress {
  const example = 'PORT or ADDRESS:PORT, such as 127.0.0.1:9464';
  const [, given, digits] = /^(?:(.*):)?(\d{1,5})$/.exec(String(value).trim()) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) return expected(name, example, value);
  const host = (given ?? '127.0.0.1').replace(/^\[(.*)\]$/, '$1');
  if (host === 'localhost') return { host: '127.0.0.1', port };
  if (isIP(host) !== 0) return { host, port };
  throw new OptionFault(
    `${name}: ${JSON.stringify(given)} is not a literal address (use 127.0.0.1:${port}, or 0.0.0.0:${port} for every network)`,
  );
}

const hookFields = ['on', 'command', 'timeout', 'limit'] as const;
const mostTimeoutSeconds = 600;
const mostRuns = 600;

function readHook(value: unknown, path: string): Hook {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return expected(path, 'an object with command', value);
  const { on = standardEvents, command, timeout = 10, limit = 10 } = value as Fields;
  for (const name of Object.keys(value)) oneOf(name, hookFields, `${path}: field`);
  if (!isCommand(command))
    return expected(`${path}.command`, 'a program and its arguments', command);
  if (!isNumber(timeout, 0.1, mostTimeoutSeconds))
    return expected(`${path}.timeout`, `seconds (0.1 to ${mostTimeoutSeconds})`, timeout);
  if (!isNumber(limit, 1, mostRuns))
    return expected(`${path}.limit`, `runs a minute (1 to ${mostRuns})`, limit);
  const names: unknown[] = Array.isArray(on) ? on : [on];
  const known = [...guardEvents, ...allAlertNames];
  return {
    on: names.map(name => oneOf(name, known, `${path}.on`)),
    command,
    timeoutMs: timeout * 1000,
    limit: Math.floor(limit),
  };
}

function oneOf<Word extends string>(value: unknown, known: readonly Word[], path: string): Word {
  const word = known.find(each => each === value);
  if (word !== undefined) return word;
  const similar = similarWord(String(value), known);
  const hint = similar === undefined ? `use ${known.join(', ')}` : `did you mean "${similar}"?`;
  throw new OptionFault(`${path}: unknown value ${JSON.stringify(value)} (${hint})`);
}

function isNumber(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !value.includes('\0');
}

/** No argument can hold NUL. */
function isCommand(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    isText(value[0]) &&
    value.every(each => typeof each === 'string' && !each.includes('\0'))
  );
}

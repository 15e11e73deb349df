/** `vigil log` where there is nothing to list. */
import { expect, it } from 'vitest';
import { type LogOptions, log } from '../../source/cli/commands/log.ts';
import { emptyHost } from '../helpers/empty-host.ts';

const plain: LogOptions = { json: false, signals: false, stats: false };

function printed(options: LogOptions): readonly string[] {
  const said: string[] = [];
  const output = {
    charset: 'unicode',
    lines: () => undefined,
    json: () => undefined,
    warn: (message: string) => void said.push(message),
  } as const;
  const host = {
    ...emptyHost,
    auditLog: { ...emptyHost.auditLog, read: () => ({ ok: true as const, value: [] }) },
  } as const;
  expect(log(host, [], options, output)).toBe(0);
  return said;
}

it('says so, and not in JSON', () => {
  expect(printed(plain)).toEqual(['vigil log: nothing was done yet']);
  expect(printed({ ...plain, sinceMs: 1000 })).toEqual([
    'vigil log: nothing was done in this time',
  ]);
  expect(printed({ ...plain, json: true })).toEqual([]);
});

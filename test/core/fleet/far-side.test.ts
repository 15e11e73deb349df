/** What a vigil that is run by another machine takes for a confirmation. */
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openFarSide } from '../../../source/cli/far/far-side.ts';

afterEach(() => vi.restoreAllMocks());

/** @param line the answer. @param ms after which it arrives. */
async function answered(line: string, ms: number) {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const stdin = new PassThrough();
  const frames: { frame: string; text?: string }[] = [];
  const stdout = { write: (text: string) => frames.push(JSON.parse(text)) };
  const streams = { stdin, stdout } as unknown as Parameters<typeof openFarSide>[1];
  const side = openFarSide('{"run":"r"}', streams, '1.0.0', () => undefined);
  const confirmed = side?.changes.confirmAll(['End it?']);
  now = ms;
  stdin.write(`${line}\n`);
  return { confirmed: await confirmed, warnings: frames.filter(({ frame }) => frame === 'warn') };
}

describe('a confirmation from another machine', () => {
  it('is accepted however long the plan was shown there', async () => {
    const { confirmed, warnings } = await answered('yes {"delayMs":3600000,"reason":"x"}', 3601000);
    expect(confirmed).toMatchObject({ reason: 'x' });
    expect(warnings).toEqual([]);
  });

  it('confirms nothing after half a minute on its way', async () => {
    const { confirmed, warnings } = await answered('yes {"delayMs":1000}', 31_100);
    expect(confirmed).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  it('of an older vigil, which does not say how long it took, is accepted', async () => {
    expect((await answered('yes', 90_000)).confirmed).toEqual({});
  });
});

/** The seed of the property tests. */
import { assert, check, configureGlobal, integer, property, readConfigureGlobal } from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { seedIn } from '../helpers/seed.ts';

const before = readConfigureGlobal();
afterEach(() => configureGlobal(before));

describe('the seed of a run', () => {
  it('is the one in the environment', () => {
    expect(seedIn({ VIGIL_SEED: '12345' })).toBe(12_345);
    expect(seedIn({ VIGIL_SEED: '-7' })).toBe(-7);
  });

  it('is random if none is given', () => {
    for (const env of [{}, { VIGIL_SEED: '' }]) {
      const seed = seedIn(env);
      expect(seed).toBe(seed | 0);
      expect(seedIn({ VIGIL_SEED: String(seed) })).toBe(seed);
    }
  });

  it('is refused if malformed', () => {
    for (const wrong of ['x', '1.5', '0x10', '4294967296', ' '])
      expect(() => seedIn({ VIGIL_SEED: wrong })).toThrow('no whole number');
  });

  it('replays the same cases', () => {
    const cases = (seed: number) => {
      const seen: number[] = [];
      configureGlobal({ ...before, seed });
      assert(property(integer(), each => void seen.push(each)));
      return seen;
    };
    expect(cases(12_345)).toEqual(cases(12_345));
    expect(cases(12_345)).not.toEqual(cases(12_346));
  });

  it('is reported if a property fails', () => {
    configureGlobal({ ...before, seed: 12_345 });
    const failing = property(integer(), () => false);
    expect(check(failing).seed).toBe(12_345);
    expect(() => assert(failing)).toThrow('seed: 12345');
  });
});

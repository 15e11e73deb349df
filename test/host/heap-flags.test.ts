/** V8 writes to the terminal about a flag that it does not know: over the screen. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { guardFlags, screenFlags } from '../../source/cli/heap.ts';

it('are all known to this V8', () => {
  const set = (flags: readonly string[]) => {
    const script = `for (const flag of ${JSON.stringify(flags)}) require('v8').setFlagsFromString(flag)`;
    return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stderr;
  };
  expect(set(['--no-such-flag'])).toContain('unrecognized flag');
  expect(set([...screenFlags, ...guardFlags])).toBe('');
});

/** Working directories for polls without /proc: how often they are read. */
import { expect, it } from 'vitest';
import { createDirectoryReader } from '../../source/host/processes/portable/kept-directories.ts';

const agent = (pid: number, start = '1') => ({ pid, start });

it('each process is asked once, and again after a while; a failure is not repeated in every poll', async () => {
  let now = 0;
  let isReadable = true;
  const asked: number[][] = [];
  const read = createDirectoryReader(
    () => now,
    async pids => {
      if (pids.length > 0) asked.push([...pids]);
      return isReadable
        ? { ok: true, value: new Map(pids.map(pid => [pid, `/at/${now}`])) }
        : { ok: false, reason: 'no answer' };
    },
  );
  const pollAt = async (at: number, ...agents: ReturnType<typeof agent>[]) => {
    now = at;
    return Object.fromEntries(await read(agents));
  };
  expect(await pollAt(0, agent(7), agent(8))).toEqual({ 7: '/at/0', 8: '/at/0' });
  expect(await pollAt(2000, agent(7), agent(8), agent(9))).toEqual({
    ...{ 7: '/at/0', 8: '/at/0', 9: '/at/2000' },
  });
  // Another process with the pid of one that has exited.
  expect(await pollAt(4000, agent(7, '2'), agent(8))).toEqual({ 7: '/at/4000', 8: '/at/0' });
  isReadable = false;
  expect(await pollAt(31_000, agent(7, '2'), agent(8))).toEqual({ 7: '/at/4000' });
  expect(await pollAt(33_000, agent(8))).toEqual({});
  isReadable = true;
  expect(await pollAt(62_000, agent(8))).toEqual({ 8: '/at/62000' });
  expect(asked).toEqual([[7, 8], [9], [7], [8], [8]]);
});

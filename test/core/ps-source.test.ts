/** The table and the check before a signal, with a ps that shows made-up processes. */
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../source/core/model/model.ts';
import { createPsControl } from '../../source/host/processes/portable/ps-control.ts';
import { createPsSource } from '../../source/host/processes/portable/ps-source.ts';
import type { PsTable } from '../../source/host/processes/portable/run-ps.ts';

type Row = PsTable['rows'][number];
const second = Date.UTC(2026, 10, 30, 3);

const row = (pid: number, change: Partial<Row> = {}): Row => ({
  ...{ pid, ppid: 1, pgid: pid, sid: pid, session: pid, uid: 501, threads: 1, rssBytes: 0 },
  ...{ tty: 0, state: 'S', startedAt: second, name: 'sh', isLeader: true, cpuMs: 0 },
  ...{ cpuStepMs: 10, command: 'sh -c claude' },
  ...change,
});

/** Reads one second after the start of all processes. */
function machineOf(...rows: Row[]) {
  const processes = new Map(rows.map(each => [each.pid, each]));
  const asked: (readonly number[] | 'all')[] = [];
  let steady = 0;
  let reason: string | undefined;
  const table = (pids?: readonly number[]): Reading<PsTable> => {
    asked.push(pids === undefined ? 'all' : [...pids].sort((a, b) => a - b));
    if (reason !== undefined) return { ok: false, reason };
    const at = { wall: second + 1000, steady: ++steady };
    const all = [...processes.values()].filter(({ pid }) => pids?.includes(pid) ?? true);
    return { ok: true, value: { at, rows: all } };
  };
  let nowMs = 0;
  const source = createPsSource({ later: async () => table(), now: table }, 10, () => nowMs);
  return {
    source,
    /** A check serves what follows without a pause. */
    pause: () => {
      nowMs += 10;
    },
    asked,
    set: (pid: number, change: Partial<Row>) =>
      void processes.set(pid, { ...row(pid), ...processes.get(pid), ...change }),
    remove: (pid: number) => void processes.delete(pid),
    fail: (why: string | undefined) => {
      reason = why;
    },
    async refOf(pid: number) {
      const read = await source.read();
      const found = read.ok ? read.value.find(each => each.pid === pid) : undefined;
      if (found === undefined) throw new Error(`no pid ${pid}`);
      return found;
    },
  };
}

const vigil = row(10, { command: 'vigil' });
const init = row(1, { command: 'init', startedAt: second - 1000 });
const leader = { ppid: 40, pgid: 500, sid: 40, session: 40, tty: 3 };

describe('right before a signal', () => {
  it('a process that has started another program is the same', async () => {
    const { source, pause, set, refOf } = machineOf(init, vigil, row(500, leader));
    const shell = await refOf(500);
    set(500, { command: 'claude' });
    pause();
    expect(source.check(shell)).toBe('there');
    expect((await refOf(500)).start).toBe(shell.start);
  });

  it('a pid that was given away in the same second is gone, and its new process is another one', async () => {
    const { source, pause, set, refOf } = machineOf(init, vigil, row(500, leader));
    const shell = await refOf(500);
    set(500, { ppid: 70, sid: 70, session: 70, tty: 4 });
    pause();
    expect(source.check(shell)).toBe('gone');
    const taken = await refOf(500);
    expect(taken.start).not.toBe(shell.start);
    pause();
    expect([source.check(taken), source.check(shell)]).toEqual(['there', 'gone']);
  });

  it('zombies and later processes are gone, and an unread ps proves nothing', async () => {
    const { source, pause, set, remove, fail, refOf } = machineOf(
      init,
      vigil,
      row(500),
      row(501),
      row(502),
    );
    const [zombie, later, gone] = [await refOf(500), await refOf(501), await refOf(502)];
    set(500, { state: 'Z' });
    set(501, { startedAt: second + 1000 });
    remove(502);
    pause();
    fail('ps: no answer within 2 s');
    expect(source.check(zombie)).toBe('unread');
    expect(createPsControl(source).signal(zombie, 'SIGTERM')).toBe('denied');
    fail(undefined);
    expect([zombie, later, gone].map(source.check)).toEqual(['gone', 'gone', 'gone']);
    expect(createPsControl(source).signal(gone, 'SIGTERM')).toBe('gone');
  });

  it('one ps reads all that are held, and only for signals that follow each other', async () => {
    const { source, pause, asked, refOf } = machineOf(init, vigil, row(500), row(501));
    const [one, other] = [await refOf(500), await refOf(501)];
    source.hold([500, 501]);
    asked.length = 0;
    expect([source.check(one), source.check(other)]).toEqual(['there', 'there']);
    expect(asked).toEqual([[10, 500, 501]]);
    pause();
    source.release([501]);
    source.check(one);
    expect(asked.at(-1)).toEqual([10, 500]);
  });

  it('no table of a poll stands for it, but for what is only recorded', async () => {
    const { source, asked, refOf } = machineOf(init, vigil, row(500));
    const process = await refOf(500);
    expect(source.checkRecorded(process)).toBe('there');
    expect(source.checkRecorded({ ...process, start: `${process.start}+1` })).toBe('there');
    expect(source.checkRecorded({ ...process, start: '1' })).toBe('gone');
    expect(asked).toEqual(['all']);
    source.check(process);
    expect(asked).toHaveLength(2);
  });
});

describe('a table', () => {
  it('is unread if ps fails, or does not show vigil', async () => {
    const { source, remove, fail } = machineOf(init, vigil, row(500));
    fail('ps: exited with 2');
    expect(await source.read()).toEqual({ ok: false, reason: 'ps: exited with 2' });
    fail(undefined);
    remove(10);
    expect(await source.read()).toEqual({ ok: false, reason: 'ps: vigil itself is not listed' });
  });

  it('keeps the words of a command line for as long as it is the same', async () => {
    const { set, refOf } = machineOf(init, vigil, row(500, leader));
    const first = await refOf(500);
    expect((await refOf(500)).argv).toBe(first.argv);
    set(500, { command: 'claude' });
    expect((await refOf(500)).argv).toEqual(['claude']);
  });

  it('knows vigil itself, and when the system was started', async () => {
    const { source, asked } = machineOf(init, vigil);
    expect(source.self()).toEqual({ pid: 10, start: String(second) });
    expect(source.bootedAt()).toBe(second - 1000);
    expect(asked).toEqual([[1, 10]]);
  });
});

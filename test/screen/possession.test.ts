/** Ownership of the terminal, and the modes each owner gets. */
import { describe, expect, it } from 'vitest';
import { createPossession } from '../../source/screen/terminal/possession.ts';
import { eventually } from '../helpers/eventually.ts';

const alternateOn = '\u001b[?1049h';
const alternateOff = '\u001b[?1049l';

/** A simulated terminal that logs in words, and its possession. */
function start({ hasMouse = false } = {}) {
  const told: string[] = [];
  const write = (text: string) => {
    if (text.includes(alternateOn)) told.push('screen on');
    if (text.includes('\u001b[?1006h')) told.push('mouse on');
    if (text.includes('\u001b[?1006l')) told.push('mouse off');
    if (text.includes(alternateOff)) told.push('screen off');
  };
  const setRawMode = (on: boolean) => void told.push(on ? 'raw' : 'cooked');
  const possession = createPossession({
    stdin: { setRawMode },
    write,
    mouse: hasMouse,
    keys: { pause: () => void told.push('deaf'), resume: () => void told.push('hears') },
    suspend: () => void told.push('stop'),
    redraw: () => void told.push('draw'),
    ignoreInterrupts() {
      told.push('ignores');
      return () => void told.push('listens');
    },
  });
  possession.take();
  const since = () => told.splice(0);
  since();
  return { possession, since };
}

describe('a lent terminal', () => {
  it('is raw and not read from meanwhile, and afterwards is restored and redrawn', async () => {
    const { possession, since } = start();
    let meanwhile: readonly string[] = [];
    await possession.lend(async () => {
      meanwhile = since();
      expect(possession.isOurs()).toBe(false);
    });
    expect(meanwhile).toEqual(['deaf', 'screen off']);
    // Any leftover mode is undone: Node only acts on a change of mode.
    expect(since()).toEqual(['cooked', 'raw', 'screen on', 'hears', 'draw']);
    expect(possession.isOurs()).toBe(true);
  });

  it('is cooked for a program that sets no modes, and interrupts are its own', async () => {
    const { possession, since } = start();
    let meanwhile: readonly string[] = [];
    await possession.lend(async () => {
      meanwhile = since();
    }, 'cooked');
    expect(meanwhile).toEqual(['deaf', 'screen off', 'cooked', 'ignores']);
    expect(since()).toEqual(['listens', 'cooked', 'raw', 'screen on', 'hears', 'draw']);
  });

  it('is taken back when the program fails', async () => {
    const { possession } = start();
    await expect(possession.lend(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(possession.isOurs()).toBe(true);
  });

  it('cannot be stopped: SIGTSTP and SIGCONT from another process change nothing', async () => {
    const { possession, since } = start();
    await possession.lend(async () => {
      since();
      possession.suspend();
      possession.resume();
      expect(since()).toEqual([]);
    });
  });

  it('belongs to the shell while its program is stopped', async () => {
    const { possession, since } = start();
    await possession.lend(async onStopped => {
      since();
      onStopped();
      expect(since()).toEqual(['cooked', 'stop']);
      possession.resume();
      expect(since()).toEqual([]);
    });
  });

  it('is not taken back after leaving for good, and is restored', async () => {
    const { possession, since } = start();
    await possession.lend(async () => {
      since();
      possession.leave();
    });
    expect(since()).toEqual(['cooked', 'raw', 'screen on', 'screen off', 'cooked']);
    expect(possession.isOurs()).toBe(false);
  });
});

describe('the shell’s terminal', () => {
  it('is ours again after SIGCONT, or if nothing stopped us', async () => {
    const { possession, since } = start();
    possession.suspend();
    expect(possession.isOurs()).toBe(false);
    possession.resume();
    expect(since()).toEqual(['screen off', 'cooked', 'stop', 'raw', 'screen on', 'draw']);
    possession.suspend();
    await eventually('it comes back by itself', () => possession.isOurs());
  });

  it('after an unexpected stop is entered again', () => {
    const { possession, since } = start();
    possession.resume();
    expect(since()).toEqual(['screen off', 'cooked', 'raw', 'screen on', 'draw']);
  });
});

it('mouse modes are touched only if enabled, and reset with the screen', async () => {
  const { possession, since } = start({ hasMouse: true });
  await possession.lend(async () => expect(since()).toContain('mouse off'));
  expect(since()).toContain('mouse on');
  possession.suspend();
  expect(since()).toContain('mouse off');
  possession.resume();
  possession.leave();
  expect(since().filter(each => each.startsWith('mouse'))).toEqual(['mouse on', 'mouse off']);
});

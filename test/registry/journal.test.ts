/** What an existing journal means, and how it is handled. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { journalOf, padded, recoveryOf, writeJournal } from '../../source/host/registry/journal.ts';
import { createRegistryStore } from '../../source/host/registry/store.ts';
import { createRegistryFile, type RegistryFile, registryText } from '../helpers/registry-file.ts';

const base = Buffer.from('{"a": 1, "b": "old"}');
const next = Buffer.from('{"a": 1, "b": "new and longer"}');
const other = Buffer.from('{"a": 2, "b": "somebody else"}');

describe('a file with a journal', () => {
  it('is complete if it has the new text, with or without trailing blanks', () => {
    for (const file of [next, padded(next, 80)])
      expect(recoveryOf(file, { base, next })).toBe('done');
  });

  it('is written again if it has the old text, a mixture, or is damaged', () => {
    expect(recoveryOf(base, { base, next })).toBe('redo');
    const long = padded(base, next.length);
    expect(recoveryOf(long, { base, next })).toBe('redo');
    for (let cut = 0; cut < next.length; cut++) {
      const mixture = Buffer.concat([next.subarray(0, cut), long.subarray(cut)]);
      expect([cut, recoveryOf(mixture, { base, next })]).toEqual([cut, 'redo']);
    }
    for (const broken of ['', '{"a": ', 'x'.repeat(100)])
      expect(recoveryOf(Buffer.from(broken), { base, next })).toBe('redo');
  });

  it('is kept if another writer has changed it since', () => {
    expect(recoveryOf(other, { base, next })).toBe('written since');
    expect(recoveryOf(Buffer.from('{}'), { base, next })).toBe('written since');
  });
});

describe('the next vigil', () => {
  const store = createRegistryStore();
  let file: RegistryFile;
  beforeEach(() => {
    file = createRegistryFile(2);
  });
  afterEach(() => file.close());
  const recover = () => store.recover([{ path: file.path, scope: 'task' }]);
  const text = () => readFileSync(file.path, 'utf8');
  const ours = registryText(2).replace('"count": 0', '"count": 5');
  const leave = (now: string) => {
    writeJournal(file.path, { base: Buffer.from(registryText(2)), next: Buffer.from(ours) });
    writeFileSync(file.path, now);
  };

  it('completes an interrupted write', async () => {
    for (const now of [registryText(2), ours.slice(0, 90) + registryText(2).slice(90), '', ours]) {
      leave(now);
      expect(await recover()).toEqual([`${file.path}: interrupted write finished or rolled back`]);
      expect(text()).toBe(ours);
      expect(file.leftBeside()).toEqual([]);
    }
  });

  it('keeps a later write of another program, and quarantines the journal', async () => {
    const theirs = registryText(2).replace('"count": 0', '"count": 99');
    leave(theirs);
    await recover();
    expect(text()).toBe(theirs);
    const kept = readdirSync(join(dirname(dirname(file.path)), 'registry', 'quarantine'));
    expect(kept).toEqual([expect.stringMatching(/-TASK-1-AGENT_REGISTRY\.json\.journal$/)]);
  });

  it('discards an incomplete journal', async () => {
    leave(registryText(2));
    writeFileSync(journalOf(file.path), readFileSync(journalOf(file.path)).subarray(0, 300));
    await recover();
    expect(text()).toBe(registryText(2));
    expect(existsSync(journalOf(file.path))).toBe(false);
  });

  it('reports nothing without a journal', async () => {
    expect(await recover()).toEqual([]);
  });
});

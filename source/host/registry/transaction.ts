/** One transaction on registry files: lock → recover → read → decide → write → verify → unlock. From the read to the
 * write it is synchronous; it waits only for an incomplete text before, and for a second check after. */
import { fstatSync, lstatSync } from 'node:fs';
import type { RegistryScope } from '../../core/model/model.ts';
import {
  failureClause,
  type RegistryUpdate,
  type UpdateFailure,
  type UpdateResult,
} from '../../core/ports/registry-store.ts';
import { type LockedFile, lockFile } from '../lock/locked-file.ts';
import { leaseCalls, whileLeased } from '../lock/write-lease.ts';
import { tryTo } from '../run/try-to.ts';
import { mayBeUndone, noteCareless, noteOwnWrite, noteRead } from './careless.ts';
import { largestRegistryBytes, tooLarge } from './content.ts';
import { otherTextIn } from './mixed-text.ts';
import { named } from './named.ts';
import { quarantine } from './quarantine.ts';
import { type Databases, failureOf } from './sqlite/databases.ts';
import { Refusal } from './update-refusal.ts';
import { readsAs, recover, writeInPlace } from './write-in-place.ts';

/** Called for each changed registry, with its path, its modification time in nanoseconds, and how long the update
 * waited for locks up to its own, in milliseconds. */
export type OnWrite = (path: string, modified: bigint, waitedMs: number) => void;

export type Opened<T> = { readonly file: LockedFile; readonly base: Buffer; readonly content: T };
export type Next = { readonly file: LockedFile; readonly base: Buffer; readonly next: Buffer };

type Read<T> = (base: Buffer, path: string, scope: RegistryScope) => T;
type Decide<T> = (opened: readonly Opened<T>[]) => readonly Next[];

export type Work<T> = {
  readonly read: Read<T>;
  readonly decide: Decide<T>;
  /** A text that cannot be read may be incomplete: it is read again for a moment. */
  readonly isAwaited?: boolean;
  /** Changed in the same update: from the locks to the last write, `decide` may change them. */
  readonly databases?: Databases;
};

type Wanted = Pick<RegistryUpdate, 'files'> & {
  readonly deadline: number;
  /** Paths written in all rounds. */
  readonly written: Set<string>;
  /** By path, the text of an earlier round. */
  readonly texts: Map<string, Buffer>;
};

/** Locks all files, reads them, computes and writes the new texts, unlocks. Begins anew if a program without a lock
 * has replaced or written one of them meanwhile. */
export async function underLocks<T>(
  wanted: Pick<RegistryUpdate, 'files' | 'waitMs'>,
  wrote: OnWrite,
  work: Work<T>,
): Promise<UpdateResult> {
  const deadline = Date.now() + wanted.waitMs;
  const written = new Set<string>();
  const texts = new Map<string, Buffer>();
  for (;;) {
    const round = { files: wanted.files, deadline, written, texts };
    const result = await oneRound(round, wrote, work);
    if (result.kind === 'occupied') {
      await new Promise(resolve => setTimeout(resolve, longestHeldMs * (0.5 + Math.random())));
      continue;
    }
    if (result.kind !== 'disturbed') return result;
    noteCareless(result.path);
    if (Date.now() < deadline) continue;
    const reason = 'another program keeps writing it without a lock';
    return { kind: 'refused', path: result.path, reason, written: [...written] };
  }
}

/** How long a database is waited for while files are locked: its writer may be waiting for one of them. */
const longestHeldMs = 40;

/** `occupied`: another program writes a database; the files were unlocked for it. */
type Round =
  | UpdateResult
  | { readonly kind: 'disturbed'; readonly path: string }
  | { readonly kind: 'occupied' };

async function oneRound<T>(
  { files, deadline, written, texts }: Wanted,
  wrote: OnWrite,
  work: Work<T>,
): Promise<Round> {
  const locked: LockedFile[] = [];
  const modified = new Map<LockedFile, bigint>();
  const beganAt = performance.now();
  const waits = new Map<string, number>();
  let lockedAt = 0;
  try {
    for (const { path } of files) {
      const result = await lockFile(path, deadline);
      if (result.kind === 'busy') return result;
      if (result.kind === 'refused') return { ...result, written: [...written] };
      if (locked.length === 0) lockedAt = performance.now();
      locked.push(result.file);
      waits.set(result.file.path, performance.now() - beganAt);
    }
    if (locked.length === 0) lockedAt = performance.now();
    const lease = await leaseCalls();
    const untilMs = locked.length === 0 ? deadline : Date.now() + longestHeldMs;
    const failure = await work.databases?.begin({ deadline, untilMs });
    if (failure?.kind === 'busy' && Date.now() < deadline) return { kind: 'occupied' };
    if (failure !== undefined) return withWritten(failure, written);
    const opened: Opened<T>[] = [];
    for (const [index, file] of locked.entries()) {
      noteRead(file.path, file.info.ino);
      named(file.path, () => modified.set(file, modifiedAt(file)));
      const scope = files[index]?.scope ?? 'task';
      const found = await readSettled(file, { scope, text: texts.get(file.path) }, work);
      if (found === 'disturbed') return { kind: 'disturbed', path: file.path };
      opened.push(found);
    }
    const changed = work.decide(opened).filter(({ base, next }) => !next.equals(base));
    for (const { file, base, next } of changed) {
      const isHurried = texts.has(file.path);
      texts.set(file.path, next);
      const write = () => writeInPlace(file.descriptor, file.path, { base, next }, isHurried);
      const how = named(file.path, () => whileLeased(lease, file.descriptor, write));
      if (how !== 'disturbed') written.add(file.path);
      if (how !== 'written') return { kind: 'disturbed', path: file.path };
    }
    const undone = await findUndone(changed);
    if (undone !== undefined) return { kind: 'disturbed', path: undone.path };
    for (const [path, at] of (await work.databases?.commit()) ?? []) {
      written.add(path);
      wrote(path, at, performance.now() - beganAt);
    }
  } catch (error) {
    return withWritten(failureOf(error), written);
  } finally {
    work.databases?.end();
    const touched = changesSince(modified);
    // Released in reverse order.
    for (const file of locked.reverse()) await file.release();
    for (const [path, now] of touched) {
      noteOwnWrite(path, now);
      wrote(path, now, waits.get(path) ?? 0);
    }
  }
  return { kind: 'done', written: [...written], heldMs: performance.now() - lockedAt };
}

/** What was written must be known, also where the database's lock was not free in the end. */
function withWritten(failure: UpdateFailure, written: ReadonlySet<string>): UpdateFailure {
  if (failure.kind === 'busy' && written.size === 0) return failure;
  const reason = failureClause(failure);
  return { ...failure, kind: 'refused', reason, written: [...written] };
}

/** A program that writes without a lock truncates the file before it writes: how long a text may be incomplete. */
const tornMs = 200;
/** For a file that is written all the time. */
const longestTornMs = 2000;
const betweenReadsMs = 10;

/** Reads a file under its lock, and again while it is incomplete. If another program wrote into our own write, its text
 * counts if it is whole; if the file stays incomplete, neither text is there, and ours is complete.
 * @param earlier the text that we have written in an earlier round. */
async function readSettled<T>(
  file: LockedFile,
  earlier: { readonly scope: RegistryScope; readonly text?: Buffer },
  { read, isAwaited }: Work<T>,
): Promise<Opened<T> | 'disturbed'> {
  const { scope, text } = earlier;
  const began = performance.now();
  let before: Buffer | undefined;
  for (;;) {
    const base = named(file.path, () => readWhole(file));
    try {
      return { file, base, content: read(base, file.path, scope) };
    } catch (error) {
      if (isAwaited !== true) throw error;
      const other = text === undefined ? undefined : otherTextIn(base, text);
      if (other !== undefined) return { file, base, content: read(other, file.path, scope) };
      const isSteady = before?.equals(base) === true;
      const waitedMs = performance.now() - began;
      if (waitedMs >= tornMs + longestTornMs) throw error;
      // Shorter than ours: the other program has truncated it, and would write into what we write now.
      const isAwaitedLonger = text === undefined ? isRecent(file) : base.length < text.length;
      if (waitedMs >= (isAwaitedLonger ? longestTornMs : tornMs) && isSteady) {
        if (text === undefined) throw error;
        named(file.path, () => quarantine(file.path, base));
        return { file, base, content: read(text, file.path, scope) };
      }
      before = base;
    }
    await new Promise(resolve => setTimeout(resolve, betweenReadsMs));
    if (!isInPlace(file)) return 'disturbed';
  }
}

function isRecent({ descriptor }: LockedFile): boolean {
  return Date.now() - fstatSync(descriptor).mtimeMs < longestTornMs;
}

/** A program that has read the file before our write and writes it after does so within this time. */
const undoneMs = 50;
/** What was mixed or replaced is repaired as soon as it is seen. */
const betweenChecksMs = 10;
/** Where they take longer than their pauses, the machine is busy, and the other program is as slow as we are. */
const leastChecks = 5;

/** @returns the file whose new text is gone again, if any: replaced, or overwritten. */
async function findUndone(changed: readonly Next[]): Promise<LockedFile | undefined> {
  const isUndone = ({ file, next }: Next) =>
    !isInPlace(file) || !named(file.path, () => readsAs(file.descriptor, next));
  const atOnce = changed.find(each => !isInPlace(each.file));
  if (atOnce !== undefined) return atOnce.file;
  const doubtful = changed.filter(({ file }) => mayBeUndone(file.path, file.info, file.hasQueued));
  if (doubtful.length === 0) return undefined;
  const until = performance.now() + undoneMs;
  for (let checks = 0; checks < leastChecks || performance.now() < until; checks++) {
    await new Promise(resolve => setTimeout(resolve, betweenChecksMs));
    const undone = doubtful.find(isUndone);
    if (undone !== undefined) return undone.file;
  }
  return undefined;
}

/** Whether the path still leads to the file. */
function isInPlace({ path, info }: LockedFile): boolean {
  const now = named(path, () => lstatSync(path, { bigint: true, throwIfNoEntry: false }));
  return now?.ino === info.ino && now.dev === info.dev;
}

/** @returns files changed under their locks, including writes that were recovered or rolled back. */
function changesSince(modified: ReadonlyMap<LockedFile, bigint>) {
  return [...modified].flatMap(([file, before]) => {
    const now = tryTo(() => modifiedAt(file));
    return now === undefined || now === before ? [] : [[file.path, now] as const];
  });
}

function modifiedAt(file: LockedFile): bigint {
  return fstatSync(file.descriptor, { bigint: true }).mtimeNs;
}

function readWhole(file: LockedFile): Buffer {
  const { size } = fstatSync(file.descriptor);
  if (size > largestRegistryBytes) throw new Refusal(file.path, tooLarge(size));
  return recover(file.descriptor, file.path);
}

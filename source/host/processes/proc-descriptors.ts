/** Open descriptors of the few processes that need it: whether the standard streams have a peer,
 * whether the terminal still exists, which workspace files are being written. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { unreadDescriptors } from '../../core/inventory/scene.ts';
import { type Descriptors, identityOf, type Process } from '../../core/model/model.ts';
import type { Processes } from '../../core/ports/processes.ts';
import { linkAt, tryTo } from '../run/try-to.ts';
import { createPipeEnds, isWritable, type PipeEnds } from './pipe-ends.ts';

type Kept = Pick<Process, 'argv'> & { readonly at: number; readonly open: Descriptors };

/** Processes open most files at startup; later they are re-read only now and then. */
const youngMs = 2000;
const keptMs = 3000;

/** @param now steady clock, milliseconds. */
export function createDescriptorReader(
  now: () => number,
  root = '/proc',
): Processes['readDescriptors'] {
  let kept = new Map<string, Kept>();
  return (processes, workspaces, dismissed) => {
    const roots = workspaces.map(workspace => ({
      workspace,
      real: tryTo(() => realpathSync(workspace)) ?? workspace,
    }));
    const own = processes.map(({ pid }) => pid);
    const ends = createPipeEnds(root, dismissed.length > 0 ? dismissed : own);
    const next = new Map<string, Kept>();
    const found = new Map<number, Descriptors>();
    for (const process of processes) {
      const identity = identityOf(process);
      const before = kept.get(identity);
      const isKept =
        before?.argv === process.argv &&
        // A peer that is gone stays gone.
        (before.open.peer === 'gone' || now() - before.at < keptMs) &&
        Date.now() - process.startedAt > youngMs + (now() - before.at);
      const each = isKept
        ? before
        : { argv: process.argv, at: now(), open: readOpen(process, roots, ends, root) };
      next.set(identity, each);
      found.set(process.pid, each.open);
    }
    // A concurrent poll reads other processes; only what neither of them reads is dropped.
    kept = new Map([...[...kept].filter(([, { at }]) => now() - at < keptMs), ...next]);
    return found;
  };
}

type Root = { readonly workspace: string; readonly real: string };

/** A process with more is not a stand-alone helper; the rest is ignored. */
const mostDescriptors = 4096;

function readOpen(
  { pid }: Process,
  roots: readonly Root[],
  ends: PipeEnds,
  root: string,
): Descriptors {
  const directory = `${root}/${pid}/fd`;
  const names = tryTo(() => readdirSync(directory));
  if (names === undefined) return unreadDescriptors;
  const links = new Map(
    names.slice(0, mostDescriptors).map(name => [name, linkAt(`${directory}/${name}`)]),
  );
  const standard = ['0', '1', '2'].map(name => links.get(name));
  const written = [...links].flatMap(([name, link]) => {
    const path = link && workspacePath(link, roots);
    return path !== undefined && isWritable(`${directory}/${name}`) ? [path] : [];
  });
  return {
    isRead: true,
    ...ends.peersOf(pid, standard, `${directory}/`),
    isFed: /^(pipe|socket):/.test(standard[0] ?? ''),
    isTerminalDeleted: standard.some(link => /^\/dev\/pts\/\d+ \(deleted\)$/.test(link ?? '')),
    writesToFile: standard[1]?.startsWith('/') === true && isRegularFile(`${directory}/1`),
    isListening: ends.isListening([...links.values()]),
    written,
  };
}

/** @returns the link in the workspace's own spelling, if it is inside one. */
function workspacePath(link: string, roots: readonly Root[]): string | undefined {
  const found = roots.find(({ real }) => link.startsWith(`${real}/`));
  return found && `${found.workspace}${link.slice(found.real.length)}`;
}

/** Checked through the descriptor: in another mount namespace the path may name another file. */
function isRegularFile(link: string): boolean {
  return statSync(link, { throwIfNoEntry: false })?.isFile() === true;
}

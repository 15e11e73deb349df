/** `thread-writer-locks/<thread>.lock` of Codex: conversations with a writer, whose working directory is in
 * the first line of `sessions/Y/M/D/rollout-…-<thread>.jsonl`. Which TUI a thread belongs to is not recorded. */
import { join } from 'node:path';
import { clock } from '../../run/system-clock.ts';
import { parseFields } from '../record-fields.ts';
import type { Recorder, Source } from '../recorder.ts';

const lockName = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.lock$/;

/** A thread without a rollout has not begun: its directory is looked for again after this time. */
const retryMs = 5000;

export function createCodexThreads(): Recorder {
  const directories = new Map<string, { readonly cwd?: string; readonly at: number }>();
  const cwdOf = (thread: string, source: Source) => {
    const known = directories.get(thread);
    const now = clock.steadyNow();
    if (known !== undefined && (known.cwd !== undefined || now - known.at < retryMs))
      return known.cwd;
    const cwd = directoryOf(thread, source);
    directories.set(thread, { cwd, at: now });
    return cwd;
  };
  return {
    name: 'codex-threads',
    vendor: 'codex',
    read(source) {
      const folder = join(source.directory, 'thread-writer-locks');
      const locks = source.files.list(folder, lockName);
      if (!locks.ok) return { reading: locks, faults: [] };
      const ids = locks.value.map(name => name.slice(0, -'.lock'.length));
      const records = ids.map(id => ({
        ...({ recorder: 'codex-threads', vendor: 'codex', role: 'agent' } as const),
        ...{ id, conversation: id, cwd: cwdOf(id, source) },
        owner: { kind: 'codex-daemon', id, directory: source.directory } as const,
        path: join(folder, `${id}.lock`),
      }));
      for (const id of directories.keys()) if (!ids.includes(id)) directories.delete(id);
      return { reading: { ok: true, value: records }, faults: [] };
    },
  };
}

/** The rollout's folder is named after the thread's time, which begins its id (a UUID of version 7). It may
 * be the local or the UTC date. */
function directoryOf(thread: string, { directory, uid, files }: Source): string | undefined {
  const at = Number.parseInt(thread.replace('-', '').slice(0, 12), 16);
  for (const shiftMs of [0, -86_400_000, 86_400_000]) {
    const day = new Date(at + shiftMs);
    if (Number.isNaN(day.getTime())) return undefined;
    const folder = join(directory, 'sessions', ...day.toISOString().slice(0, 10).split('-'));
    const names = files.list(folder, new RegExp(`-${thread}\\.jsonl$`));
    const [name] = names.ok ? names.value : [];
    if (name === undefined) continue;
    const read = files.readFirstLine(join(folder, name), uid, text =>
      parseFields(text).fields('payload')?.text('cwd'),
    );
    return read.ok ? read.value : undefined;
  }
  return undefined;
}

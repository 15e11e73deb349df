/** The checks of `vigil doctor` for each registry: kind, size, entries, last change, lock,
 * journal and backups. Read-only. */
import { existsSync, statSync } from 'node:fs';
import type { Check } from '../../core/model/doctor-check.ts';
import type { RegistryReading } from '../../core/model/model.ts';
import type { Backup } from '../../core/ports/registry-store.ts';
import { queueLockOf } from '../lock/lock-holders.ts';
import { journalPlace, queuePlace } from '../lock/own-place.ts';
import type { LastWrite } from '../state/audit-log-file.ts';
import { listBackups } from './backups.ts';
import { journalOf, readJournal } from './journal.ts';

const writableByOthers = 0o022;

export function ok(name: string, detail: string): Check {
  return { name, state: 'ok', detail };
}

export function bad(name: string, detail: string, advice: string): Check {
  return { name, state: 'bad', detail, advice };
}

/** @param writes vigil's last change of each registry, as far as the audit log has it. */
export async function checkRegistries(
  registries: readonly RegistryReading[],
  writes: ReadonlyMap<string, LastWrite>,
): Promise<Check[]> {
  const workspaces = [...new Set(registries.map(registry => registry.workspace))];
  const backups = new Map<string, readonly Backup[]>();
  for (const workspace of workspaces) backups.set(workspace, await listBackups(workspace));
  return Promise.all(
    registries.map(registry =>
      check(registry, backups.get(registry.workspace) ?? [], writes.get(registry.path)),
    ),
  );
}

async function check(
  registry: RegistryReading,
  backups: readonly Backup[],
  write: LastWrite | undefined,
): Promise<Check> {
  const name = registry.path;
  const saved = backupsOf(registry, backups);
  const journal = journalState(name);
  if (!registry.reading.ok) {
    const detail = [registry.reading.reason, journal?.state, saved].filter(Boolean).join(', ');
    return bad(name, detail, journal?.advice ?? adviceFor(registry, backups));
  }
  const { entries, faults } = registry.reading.value;
  if (registry.kind === 'sqlite') return checkDatabase(registry, write, saved);
  const info = statSync(name, { bigint: true, throwIfNoEntry: false });
  const holders = [registry.lockedBy, await queueHolder(name)].filter(Boolean);
  const detail = [
    registry.kind,
    `${info?.size ?? 0n} bytes`,
    `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}`,
    `last changed ${new Date(registry.modifiedAt).toISOString()}${writer(write, info?.mtimeNs)}`,
    holders.length > 0 ? `locked by ${holders.join(' and ')}` : 'not locked',
    journal?.state ?? 'no journal',
    saved,
  ].join(', ');
  if (journal !== undefined) return bad(name, detail, journal.advice);
  const odd = queuePlace(name).odd ?? journalPlace(name).odd;
  if (odd !== undefined)
    return bad(name, `${detail}; ${odd} is not vigil's`, 'vigil uses another name beside it');
  const wrong = [
    ...faults,
    ...entries.flatMap(entry => entry.faults.map(fault => `${entry.id}: ${fault.text}`)),
  ];
  if (wrong[0] !== undefined)
    return bad(name, `${detail}; ${wrong[0]}`, 'fix the entry; vigil ignores it');
  const mode = Number(info?.mode ?? 0n) & 0o777;
  if ((mode & writableByOthers) === 0) return ok(name, detail);
  const octal = mode.toString(8).padStart(4, '0');
  return bad(name, `${detail}; writable by other users (mode ${octal})`, `chmod go-w ${name}`);
}

/** SQLite has locks and a journal of its own. */
async function checkDatabase(
  { path, modifiedAt, reading }: RegistryReading,
  write: LastWrite | undefined,
  saved: string,
): Promise<Check> {
  const { checkFiles, libraryName } = await import('./sqlite/read-database.ts');
  const files = checkFiles(path);
  const modified = files.ok ? files.value.modified : undefined;
  const content = reading.ok ? reading.value : { entries: [], faults: [] };
  const detail = [
    `sqlite, through ${await libraryName()}`,
    `${statSync(path, { throwIfNoEntry: false })?.size ?? 0} bytes`,
    `${content.entries.length} ${content.entries.length === 1 ? 'entry' : 'entries'}`,
    `last changed ${new Date(modifiedAt).toISOString()}${writer(write, modified)}`,
    saved,
  ].join(', ');
  const [wrong] = [
    ...content.faults,
    ...content.entries.flatMap(entry => entry.faults.map(({ text }) => `${entry.id}: ${text}`)),
  ];
  return wrong === undefined
    ? ok(path, detail)
    : bad(path, `${detail}; ${wrong}`, 'fix the row; vigil ignores it');
}

/** @returns the last writer; nothing if vigil never wrote it, or if its audit log is elsewhere. */
function writer(write: LastWrite | undefined, modified: bigint | undefined): string {
  if (write === undefined) return '';
  return write.modified === String(modified)
    ? ` by vigil ${write.command} (pid ${write.pid})`
    : ' by another program';
}

/** @returns whether a vigil was killed during a write, and the state of the file now. */
function journalState(path: string) {
  if (!existsSync(journalOf(path))) return undefined;
  const isWhole = typeof readJournal(path) === 'object';
  return {
    state: isWhole ? 'interrupted write' : 'write interrupted before it began',
    advice: 'run vigil reconcile to finish or roll back the write',
  };
}

function backupsOf(registry: RegistryReading, backups: readonly Backup[]): string {
  const own = backups.filter(backup => backup.files.some(file => file.original === registry.path));
  return own[0] === undefined
    ? 'no backups'
    : `${own.length} ${own.length === 1 ? 'backup' : 'backups'}, newest ${own[0].name}`;
}

function adviceFor(registry: RegistryReading, backups: readonly Backup[]): string {
  if (registry.kind === 'sqlite')
    return 'agents that are recorded there are unknown until it can be read';
  const usable = backups.find(backup =>
    backup.files.some(file => file.original === registry.path && file.entries.ok),
  );
  if (usable !== undefined)
    return `vigil reconcile --restore ${usable.name} restores the newest backup`;
  return registry.scope === 'global'
    ? 'vigil reconcile --restore rebuild rebuilds it from the task registries'
    : 'let the orchestrator rewrite it';
}

/** @returns the holder of the queue lock (proper-lockfile's directory beside the file). */
async function queueHolder(path: string): Promise<string | undefined> {
  if (!existsSync(queueLockOf(path))) return undefined;
  const { default: lockfile } = await import('proper-lockfile');
  const lockfilePath = queueLockOf(path);
  const isHeld = await lockfile.check(path, { realpath: false, lockfilePath }).catch(() => false);
  return isHeld ? 'another vigil' : 'a stale queue lock (removed by the next change)';
}

/** `vigil reconcile --restore [BACKUP]`: lists backups, or restores one. */

import type { RegistryReading } from '../../core/model/model.ts';
import { byAuthority } from '../../core/model/recorded.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { type Backup, type BackupFile, failureClause } from '../../core/ports/registry-store.ts';
import { type Line, type Say, spansIn } from '../../text/line.ts';
import { counted } from '../../text/units.ts';
import { exitCodes, type Output } from '../output.ts';
import { type ChangeOptions, change, codeOf, stop } from './change.ts';

/** One file of the chosen backup, compared with the current registry. */
type Step = {
  readonly file: BackupFile;
  /** Current entries, or why they cannot be counted. */
  readonly current: number | string;
  readonly saved: number;
  readonly isSame: boolean;
  /** What the restore changes about single agents. */
  readonly changes: readonly StateChange[];
};

/** `null`: it has no entry. */
type StateChange = {
  readonly agentId: string;
  readonly now: string | null;
  readonly saved: string | null;
};

/** A step with its actual or planned outcome. */
type Outcome = Step & {
  readonly outcome: 'planned' | 'restored' | 'already' | 'failed' | 'skipped';
};

/** @param name the backup to restore; without it backups are listed.
 * @returns the exit code, as readme.md lists it. */
export async function restore(
  { host, lockWaitMs }: Pick<CommandTools, 'host' | 'lockWaitMs'>,
  name: string | undefined,
  options: ChangeOptions,
  output: Output,
): Promise<number> {
  const { workspaces, registries } = await host.registries.read();
  const found = await Promise.all(workspaces.map(each => host.registryStore.backups(each)));
  const backups = found.flat();
  const say = spansIn(output.charset);
  if (name === undefined) return list(backups, options, output);
  return change({ name: 'reconcile --restore' }, options, output, async warn => {
    const chosen = backups.filter(backup => backup.name === name);
    if (chosen.length === 0)
      return stop(exitCodes.noTarget, `no such backup: ${name} (see vigil reconcile --restore)`);
    const steps: Step[] = [];
    for (const file of inOrder(chosen)) {
      if (!file.entries.ok && isRestorable({ file }))
        return stop(exitCodes.unreadable, `${file.path}: ${file.entries.reason}`);
      const isSame = await host.registryStore.isRestored(file);
      const current = entriesNow(file, registries);
      const changes = changesBy(file, registries);
      steps.push({
        file,
        current,
        saved: file.entries.ok ? file.entries.value : 0,
        isSame,
        changes,
      });
    }
    const skipped = steps
      .filter(step => !isRestorable(step))
      .map((step): Outcome => ({ ...step, outcome: 'skipped' }));
    const putBack = async () => {
      const written: string[] = [];
      const outcomes: Outcome[] = [];
      for (const step of steps.filter(isRestorable)) {
        const result = await host.registryStore.restore(step.file, lockWaitMs);
        if (result.kind !== 'done') warn(`${result.path}: ${failureClause(result)}`);
        else written.push(...result.written);
        const wasSame = result.kind === 'done' && result.written.length === 0;
        const outcome = result.kind !== 'done' ? 'failed' : wasSame ? 'already' : 'restored';
        outcomes.push({ ...step, outcome });
      }
      const already = outcomes.filter(each => each.outcome === 'already').length;
      const document = restoreJson(name, [...outcomes, ...skipped], written);
      return {
        lines: [[say(summaryOf(written.length, already))]],
        json: () => document,
        code: codeOf(document.ok),
      };
    };
    const planned = steps
      .filter(isRestorable)
      .map((step): Outcome => ({ ...step, outcome: step.isSame ? 'already' : 'planned' }));
    const copies = planned.length === 1 ? 'this copy' : 'these copies';
    const count = counted(planned.length, 'registry', 'registries');
    return {
      lines: stepLines(name, steps, say),
      json: () => restoreJson(name, [...planned, ...skipped]),
      questions: [`Replace ${count} with ${copies}?`],
      run: planned.length === 0 ? undefined : putBack,
    };
  });
}

/** Other programs have a database open: its file cannot be replaced under them. */
function isRestorable({ file }: Pick<Step, 'file'>): boolean {
  return file.scope !== 'database';
}

/** Task registries before the index, as for every write. */
function inOrder(backups: readonly Backup[]): BackupFile[] {
  const files = backups.flatMap(backup => backup.files);
  return files.sort((a, b) => byAuthority(a, b));
}

function entriesNow({ original }: BackupFile, registries: readonly RegistryReading[]) {
  const reading = registries.find(registry => registry.path === original)?.reading;
  if (reading === undefined) return 'not there';
  return reading.ok ? reading.value.entries.length : reading.reason;
}

/** Agents whose entry or status the backup has otherwise. */
function changesBy(
  { original, statuses }: BackupFile,
  registries: readonly RegistryReading[],
): readonly StateChange[] {
  const reading = registries.find(registry => registry.path === original)?.reading;
  const entries = reading?.ok === true ? reading.value.entries : [];
  const current = new Map(entries.map(({ id, status = '' }) => [id, status]));
  return [...new Set([...current.keys(), ...statuses.keys()])].flatMap(agentId => {
    const [now, saved] = [current.get(agentId) ?? null, statuses.get(agentId) ?? null];
    return now === saved ? [] : [{ agentId, now, saved }];
  });
}

function summaryOf(written: number, already: number): string {
  const parts = [
    written > 0 || already === 0
      ? `${counted(written, 'registry', 'registries')} restored; the previous content is in registry/quarantine`
      : '',
    already > 0 ? `${already} already identical to the backup` : '',
  ];
  return parts.filter(Boolean).join('; ');
}

function stepLines(name: string, steps: readonly Step[], say: Say): Line[] {
  return [
    [say(name, 'heading')],
    ...steps.flatMap(step => {
      const { file, current, saved, isSame, changes } = step;
      const was = typeof current === 'number' ? `${current} agents` : current;
      const difference = isSame
        ? 'already identical to the backup'
        : `${was} now → ${saved} agents`;
      const copy = `end the orchestrator, copy ${file.path} over it, and remove its -wal and -shm`;
      const says = isRestorable(step)
        ? difference
        : `${difference}; not restored by vigil: ${copy}`;
      const more = changes.length - mostShown;
      return [
        [say(`  ${file.original}: ${says}`)],
        ...changes
          .slice(0, mostShown)
          .map(({ agentId, now, saved }) => [
            say(`    ${agentId}: ${stateText(now)} now → ${stateText(saved)}`),
          ]),
        ...(more > 0 ? [[say(`    and ${more} more`)]] : []),
      ];
    }),
  ];
}

/** Agents listed per registry; the JSON has all. */
const mostShown = 20;

function stateText(status: string | null): string {
  if (status === null) return 'not recorded';
  return status === '' ? 'without a status' : status;
}

/** @param written the paths of the registries that were written; absent for a dry run. */
function restoreJson(backup: string, outcomes: readonly Outcome[], written?: readonly string[]) {
  return {
    schema: 'vigil.restore/1',
    ok: outcomes.every(each => each.outcome !== 'failed'),
    backup,
    dryRun: written === undefined,
    written: written ?? [],
    files: outcomes.map(({ file, current, saved, changes, outcome }) => ({
      original: file.original,
      agentsNow: typeof current === 'number' ? current : null,
      agentsThen: saved,
      error: typeof current === 'number' ? null : current,
      changes,
      outcome,
    })),
  };
}

function list(backups: readonly Backup[], { json }: ChangeOptions, output: Output): number {
  const say = spansIn(output.charset);
  if (json) output.json(backupsJson(backups), 'indented');
  else if (backups.length === 0)
    output.lines([[say('no backups (reconcile makes one before every change)')]]);
  else
    output.lines(
      backups.flatMap(({ name, files }) => [
        [say(name, 'heading')],
        ...files.map(({ original, entries }) => [
          say(`  ${original}: ${entries.ok ? `${entries.value} agents` : entries.reason}`),
        ]),
      ]),
    );
  return exitCodes.done;
}

function backupsJson(backups: readonly Backup[]) {
  return {
    schema: 'vigil.backups/1',
    backups: backups.map(({ name, path, files }) => ({
      name,
      path,
      files: files.map(({ original, entries }) => ({
        original,
        agents: entries.ok ? entries.value : null,
        error: entries.ok ? null : entries.reason,
      })),
    })),
  };
}

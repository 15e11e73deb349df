/** `vigil reconcile --restore [BACKUP]`: lists backups, or restores one. */

import type { RegistryReading } from '../../core/model/model.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { type Backup, type BackupFile, failureClause } from '../../core/ports/registry-store.ts';
import { type Line, span } from '../../text/line.ts';
import { printable, text } from '../../text/printable.ts';
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
};

/** A step with its actual or planned outcome. */
type Outcome = Step & { readonly outcome: 'planned' | 'restored' | 'already' | 'failed' };

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
  if (name === undefined) return list(backups, options, output);
  return change({ name: 'reconcile --restore' }, options, output, async warn => {
    const chosen = backups.filter(backup => backup.name === name);
    if (chosen.length === 0)
      return stop(exitCodes.noTarget, `no such backup: ${name} (see vigil reconcile --restore)`);
    const steps: Step[] = [];
    for (const file of inOrder(chosen)) {
      if (!file.entries.ok)
        return stop(exitCodes.unreadable, `${file.path}: ${file.entries.reason}`);
      const isSame = await host.registryStore.isRestored(file);
      const current = entriesNow(file, registries);
      steps.push({ file, current, saved: file.entries.value, isSame });
    }
    const putBack = async () => {
      const written: string[] = [];
      const outcomes: Outcome[] = [];
      for (const step of steps) {
        const result = await host.registryStore.restore(step.file, lockWaitMs);
        if (result.kind !== 'done') warn(`${result.path}: ${failureClause(result)}`);
        else written.push(...result.written);
        const wasSame = result.kind === 'done' && result.written.length === 0;
        const outcome = result.kind !== 'done' ? 'failed' : wasSame ? 'already' : 'restored';
        outcomes.push({ ...step, outcome });
      }
      const already = outcomes.filter(each => each.outcome === 'already').length;
      const isAll = outcomes.every(each => each.outcome !== 'failed');
      return {
        lines: [[span(printable(summaryOf(written.length, already)))]],
        json: () => restoreJson(name, outcomes, { dryRun: false, written }),
        code: codeOf(isAll),
      };
    };
    const planned = steps.map(
      (step): Outcome => ({ ...step, outcome: step.isSame ? 'already' : 'planned' }),
    );
    const copies = steps.length === 1 ? 'this copy' : 'these copies';
    const count = counted(steps.length, 'registry', 'registries');
    return {
      lines: stepLines(name, steps, output),
      json: () => restoreJson(name, planned, { dryRun: true, written: [] }),
      questions: [`Replace ${count} with ${copies}?`],
      run: putBack,
    };
  });
}

/** Task registries before the index, as for every write. */
function inOrder(backups: readonly Backup[]): BackupFile[] {
  const files = backups.flatMap(backup => backup.files);
  return files.sort((a, b) => Number(a.scope === 'global') - Number(b.scope === 'global'));
}

function entriesNow({ original }: BackupFile, registries: readonly RegistryReading[]) {
  const reading = registries.find(registry => registry.path === original)?.reading;
  if (reading === undefined) return 'not there';
  return reading.ok ? reading.value.entries.length : reading.reason;
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

function stepLines(name: string, steps: readonly Step[], { charset }: Output): Line[] {
  return [
    [span(printable(name, charset), 'heading')],
    ...steps.map(({ file, current, saved, isSame }): Line => {
      const was = typeof current === 'number' ? `${current} agents` : current;
      const says = isSame ? 'already identical to the backup' : `${was} now → ${saved} agents`;
      return [span(text`  ${printable(file.original, charset)}: ${printable(says, charset)}`)];
    }),
  ];
}

function restoreJson(
  backup: string,
  outcomes: readonly Outcome[],
  more: { readonly dryRun: boolean; readonly written: readonly string[] },
) {
  return {
    schema: 'vigil.restore/1',
    ok: outcomes.every(each => each.outcome !== 'failed'),
    backup,
    ...more,
    files: outcomes.map(({ file, current, saved, outcome }) => ({
      original: file.original,
      agentsNow: typeof current === 'number' ? current : null,
      agentsThen: saved,
      error: typeof current === 'number' ? null : current,
      outcome,
    })),
  };
}

function list(backups: readonly Backup[], options: ChangeOptions, output: Output): number {
  if (options.json)
    output.json(
      {
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
      },
      'indented',
    );
  else if (backups.length === 0)
    output.lines([[span(printable('no backups (reconcile makes one before every change)'))]]);
  else output.lines(backups.flatMap(backup => backupLines(backup, output)));
  return exitCodes.done;
}

function backupLines({ name, files }: Backup, { charset }: Output): Line[] {
  return [
    [span(printable(name, charset), 'heading')],
    ...files.map((file): Line => {
      const agents = file.entries.ok ? `${file.entries.value} agents` : file.entries.reason;
      return [span(text`  ${printable(file.original, charset)}: ${printable(agents, charset)}`)];
    }),
  ];
}

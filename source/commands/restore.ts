/** `vigil reconcile --restore [BACKUP]`: lists backups, or puts one in the registries' place. */
import type { Host } from '../core/host.ts';
import { type Backup, failureClause } from '../core/registry/store.ts';
import { type Line, span } from '../text/line.ts';
import { printable, text } from '../text/printable.ts';
import { exitCodes, type Output } from './output.ts';
import type { ChangeOptions } from './reconcile.ts';

/** @param name of the backup to restore; without one they are listed.
 * @returns the exit code of the contract. */
export async function restore(
  host: Host,
  name: string | undefined,
  options: ChangeOptions,
  output: Output,
): Promise<number> {
  const { workspaces } = await host.readRegistries();
  const found = await Promise.all(workspaces.map(each => host.registryStore.backups(each)));
  const backups = found.flat();
  if (name === undefined) return list(backups, options, output);
  const chosen = backups.filter(backup => backup.name === name);
  const complain = (message: string) =>
    output.complain(text`vigil reconcile --restore: ${printable(message, output.charset)}`);
  if (chosen.length === 0) {
    complain(`no backup is called ${name}; without a name they are listed`);
    return exitCodes.noTarget;
  }
  if (options.readOnly) {
    complain('refused: --read-only changes nothing');
    return exitCodes.refused;
  }
  const files = chosen.flatMap(backup => backup.files);
  const unusable = files.find(file => !file.entries.ok);
  if (unusable !== undefined && !unusable.entries.ok) {
    complain(`${unusable.path}: ${unusable.entries.reason}`);
    return exitCodes.unreadable;
  }
  if (!options.json || options.dryRun)
    output.lines(chosen.flatMap(each => backupLines(each, output)));
  if (options.dryRun) return exitCodes.done;
  const isSure =
    options.yes ||
    (await options.ask?.(`replace ${files.length} registries by these copies?`)) === true;
  if (!isSure) {
    complain('refused: nobody confirms it; --yes goes ahead');
    return exitCodes.refused;
  }
  let code: number = exitCodes.done;
  const written: string[] = [];
  // Tasks before the index, as everywhere.
  for (const file of files.sort(
    (a, b) => Number(a.scope === 'global') - Number(b.scope === 'global'),
  )) {
    const result = await host.registryStore.restore(file, options.lockWaitMs);
    if (result.kind === 'done') written.push(...result.written);
    else {
      complain(`${result.path}: ${failureClause(result)}`);
      code = exitCodes.survived;
    }
  }
  if (options.json)
    output.json({ schema: 'vigil.restore/1', ok: code === exitCodes.done, written }, 'indented');
  else
    output.lines([
      [span(text`${written.length} registries restored; what they held is in registry/quarantine`)],
    ]);
  return code;
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
    output.lines([
      [span(printable('no backups: a reconcile makes one before it changes anything'))],
    ]);
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

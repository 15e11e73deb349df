/** `vigil completion SHELL`, and the hidden `vigil __complete` that its script runs on every Tab. */

import type { Monitor } from '../../core/inventory/monitor.ts';
import type { Host } from '../../core/ports/host.ts';
import { span } from '../../text/line.ts';
import { printable } from '../../text/printable.ts';
import type { Shell } from '../arguments/command-table.ts';
import { rebuildName } from '../commands/rebuild.ts';
import { exitCodes, type Output } from '../output.ts';
import { completionOf } from './candidates.ts';
import type { Candidate, Completion } from './completion.ts';
import { namesIn } from './live-names.ts';
import { requestOf, stubs } from './shells.ts';

export function completion(shell: Shell, output: Output): number {
  output.lines(stubs[shell].split('\n').map(line => [span(printable(line))]));
  return exitCodes.done;
}

type Machine = {
  readonly host: Pick<Host, 'registries' | 'registryStore'>;
  readonly monitor: Pick<Monitor, 'poll'>;
};

type Sources = {
  /** @returns the machine these words select; nothing if one of their options is invalid. */
  readonly open: (words: readonly string[]) => Promise<Machine | undefined>;
  /** Names of other machines. */
  readonly hosts: () => Promise<readonly string[]>;
};

/** Prints completions with at most one poll, no prompt and no message. */
export async function complete(
  given: readonly string[],
  sources: Sources,
  write: (text: string) => void,
): Promise<number> {
  const request = requestOf(given);
  if (request === undefined) return exitCodes.usage;
  const wanted = completionOf(request.words);
  const candidates = await candidatesOf(wanted, request.words.at(-1) ?? '', sources);
  write([kindOf(wanted), ...request.lines(candidates)].map(line => `${line}\n`).join(''));
  return exitCodes.done;
}

function kindOf(wanted: Completion): string {
  if (wanted.kind === 'live') return 'words';
  return wanted.kind === 'words' && wanted.isPart ? 'parts' : wanted.kind;
}

async function candidatesOf(
  wanted: Completion,
  word: string,
  { open, hosts }: Sources,
): Promise<readonly Candidate[]> {
  if (wanted.kind === 'words') return wanted.candidates;
  if (wanted.kind !== 'live') return [];
  const { names, prefix } = wanted;
  if (names === 'hosts') return (await hosts()).map(name => [prefix + name, ''] as const);
  const machine = await open(wanted.words);
  if (machine === undefined) return [];
  const found =
    names === 'backups'
      ? await backupNames(machine.host)
      : namesIn(await machine.monitor.poll(), names, word);
  return found.map(([value, description]) => [prefix + value, description] as const);
}

async function backupNames(host: Machine['host']): Promise<Candidate[]> {
  const { workspaces } = await host.registries.read();
  const found = await Promise.all(workspaces.map(each => host.registryStore.backups(each)));
  return [...found.flat().map(({ name }) => name), rebuildName].map(name => [name, '']);
}

/** Finds workspaces that processes use, by working directory, open files and command lines. The
 * result only ever spares processes: a path in a command line is a hint, never evidence of
 * ownership. */
import { dirname, join } from 'node:path';
import type { Process, RegistryReading } from '../../core/model/model.ts';
import { createRegistriesReader } from '../registry/files.ts';
import { linkAt, namesIn } from '../run/try-to.ts';
import { findWorkspaces, workspaceName } from './workspaces.ts';

export async function readRegistriesAround(
  processes: readonly Process[],
  known: readonly string[],
): Promise<readonly RegistryReading[]> {
  const found = new Set(processes.flatMap(workspacesOf));
  for (const workspace of known) found.delete(workspace);
  if (found.size === 0) return [];
  return (await createRegistriesReader([...found], [])()).registries;
}

function workspacesOf({ pid, argv }: Process): string[] {
  const opened = `/proc/${pid}/fd`;
  const links = [`/proc/${pid}/cwd`, ...namesIn(opened).map(name => join(opened, name))];
  return [...links.flatMap(link => linkAt(link) ?? []), ...argv].flatMap(path => {
    const place = path.indexOf(`/${workspaceName}`);
    const named = path.slice(path.indexOf('/'), place + workspaceName.length + 1);
    const isAbsolute = path.startsWith('/');
    const from = place >= 0 ? dirname(named) : isAbsolute ? path : undefined;
    return from === undefined ? [] : findWorkspaces([], from).workspaces;
  });
}

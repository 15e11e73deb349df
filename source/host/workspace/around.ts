/** Finds workspaces that processes use, by working directory, open files and command lines. The
 * result only ever spares processes: a path in a command line is a hint, never evidence of
 * ownership. */
import { readdirSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Process, RegistryReading } from '../../core/model/model.ts';
import { createRegistriesReader } from '../registry/files.ts';
import { findWorkspaces, workspaceName } from './workspaces.ts';

export async function readRegistriesAround(
  processes: readonly Process[],
  known: readonly string[],
): Promise<readonly RegistryReading[]> {
  const found = new Set(processes.flatMap(workspacesOf));
  for (const workspace of known) found.delete(workspace);
  if (found.size === 0) return [];
  return (await createRegistriesReader([...found], []).read()).registries;
}

function workspacesOf({ pid, argv }: Process): string[] {
  const paths = [linkAt(`/proc/${pid}/cwd`), ...openFiles(pid), ...argv];
  return paths.flatMap(path => {
    if (path === undefined) return [];
    const place = path.indexOf(`/${workspaceName}`);
    const named = path.slice(path.indexOf('/'), place + workspaceName.length + 1);
    const isAbsolute = path.startsWith('/');
    const from = place >= 0 ? dirname(named) : isAbsolute ? path : undefined;
    return from === undefined ? [] : findWorkspaces([], from).workspaces;
  });
}

function openFiles(pid: number): string[] {
  try {
    const directory = `/proc/${pid}/fd`;
    return readdirSync(directory).flatMap(name => linkAt(join(directory, name)) ?? []);
  } catch {
    return [];
  }
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

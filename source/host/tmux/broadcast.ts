/** Shows a message on every tmux client of this user, for a guard that runs in no terminal. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { tryTo } from '../run/try-to.ts';
import { showMessage } from './own-client.ts';
import { socketDirectory } from './socket-directory.ts';
import { askTmux } from './tmux-client.ts';

/** @returns how many clients have shown it. Servers that do not answer are skipped. */
export async function broadcast(env: NodeJS.ProcessEnv, text: string): Promise<number> {
  const shown = await Promise.all(ownSockets(env).map(path => showOn(path, text)));
  return shown.reduce((sum, count) => sum + count, 0);
}

async function showOn(socketPath: string, text: string): Promise<number> {
  const listed = await askTmux(socketPath, ['list-clients', '-F', '#{client_name}']);
  if (!listed.ok) return 0;
  const names = listed.value.split('\n').filter(name => /^[\w./-]+$/.test(name));
  await Promise.all(names.map(name => showMessage({ socketPath, name }, text)));
  return names.length;
}

function ownSockets(env: NodeJS.ProcessEnv): readonly string[] {
  const uid = process.getuid?.() ?? -1;
  const directory = socketDirectory(env, uid);
  const isOwn = (path: string) =>
    tryTo(() => {
      const info = statSync(path);
      return info.isSocket() && info.uid === uid;
    }) === true;
  return (tryTo(() => readdirSync(directory)) ?? [])
    .map(name => join(directory, name))
    .filter(isOwn);
}

/** The tmux client that shows vigil itself, where vigil runs inside tmux: the way back to it, and messages on its
 * status line. */
import { parseTmux } from '../processes/tmux-variable.ts';
import { askTmux } from './tmux-client.ts';

export type OwnClient = {
  readonly socketPath: string;
  /** A path of a terminal. */
  readonly name: string;
  /** What returns from another session: `C-b L`, or a tmux command where no key is bound to it. */
  readonly wayBack: string;
};

/** How long a message stays, unless a key is pressed. */
const messageMs = 5000;

/** @returns nothing outside tmux, or if no client shows vigil's session. */
export async function findOwnClient(env: NodeJS.ProcessEnv): Promise<OwnClient | undefined> {
  const socketPath = parseTmux(env.TMUX)?.socketPath;
  const pane = env.TMUX_PANE ?? '';
  if (socketPath === undefined || !/^%\d+$/.test(pane)) return undefined;
  const format = '#{client_name} #{prefix}';
  const client = await askTmux(socketPath, ['display-message', '-p', '-t', pane, format]);
  if (!client.ok) return undefined;
  const [name = '', prefix = ''] = client.value.trim().split(' ');
  // It becomes part of a command.
  if (!/^[\w./-]+$/.test(name)) return undefined;
  // Only now: without a server, list-keys would start one.
  const bindings = await askTmux(socketPath, ['list-keys', '-T', 'prefix']);
  const lines = bindings.ok ? bindings.value.split('\n') : [];
  return { socketPath, name, wayBack: wayBackOf(prefix, lines) };
}

/** @param bindings lines of `tmux list-keys -T prefix`. */
export function wayBackOf(prefix: string, bindings: readonly string[]): string {
  const [key] = bindings.flatMap(
    line => /^bind-key +(?:-r +)?-T prefix +(\S+) +switch-client -l$/.exec(line.trim())?.[1] ?? [],
  );
  const hasPrefix = prefix !== '' && prefix !== 'None';
  return key === undefined || !hasPrefix ? 'tmux switch-client -l' : `${prefix} ${key}`;
}

/** Shows a message on the status line of the client, as text: tmux would expand formats and times in it, and run
 * commands. Failures are ignored. */
export async function showMessage(
  { socketPath, name }: Pick<OwnClient, 'socketPath' | 'name'>,
  text: string,
): Promise<void> {
  const words = ['display-message', '-c', name];
  const message = asText(text);
  const shown = await askTmux(socketPath, [...words, '-d', String(messageMs), message]);
  // Before tmux 3.2 there is no -d.
  if (!shown.ok) await askTmux(socketPath, [...words, message]);
}

/** @returns a function that shows a message where vigil is shown; nothing happens outside tmux. */
export function createMessenger(env: NodeJS.ProcessEnv): (text: string) => void {
  const show = async (text: string) => {
    const client = await findOwnClient(env);
    if (client !== undefined) await showMessage(client, text);
  };
  return text => void show(text);
}

/** Also for a message that ends in a semicolon, which would end the command. */
function asText(text: string): string {
  return text.replace(/[#%]/g, '$&$&').replace(/;$/, '\\;');
}

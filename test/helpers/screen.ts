/** The built program on a real terminal: a pane of a private tmux server. */
import { readFileSync } from 'node:fs';
import { isAlive } from './agents.ts';
import { eventually } from './eventually.ts';
import { killIfRunning } from './stand-ins.ts';
import { startTmux, type TmuxServer } from './tmux-server.ts';
import { cliPath } from './vigil.ts';

export type LiveScreen = {
  readonly server: TmuxServer;
  /** What the pane shows, without trailing blank lines. */
  capture(): string;
  /** Waits until the pane shows it. */
  shows(what: string | RegExp): Promise<string>;
  showsNot(what: string | RegExp): Promise<string>;
  /** Keys as tmux names them; other words are typed. */
  press(...keys: string[]): void;
  /** Answers the open dialog once it accepts an answer, which takes a moment. */
  confirm(...keys: string[]): Promise<void>;
  paste(text: string): void;
  resize(columns: number, rows: number): void;
  /** Pid of the program. */
  pid(): Promise<number>;
  close(): void;
};

/** Starts `vigil` from a shell prompt, so that anything it leaves on the terminal is visible.
 * @param words options; @param env settings before the command; @param config $XDG_CONFIG_HOME. */
export async function startScreen(
  words: readonly string[],
  { columns = 100, rows = 30, env = '', config = '/nonexistent' } = {},
): Promise<LiveScreen> {
  const server = startTmux();
  server.tmux(
    'new-session',
    '-d',
    '-x',
    String(columns),
    '-y',
    String(rows),
    '-s',
    's',
    'env',
    'PS1=ready> ',
    'bash',
    '--norc',
    '--noprofile',
  );
  const capture = () => server.tmux('capture-pane', '-p', '-t', '=s:').trimEnd();
  const wait = (verb: string, what: string | RegExp, wanted: boolean) =>
    eventually(`the screen ${verb} ${what}\n${capture()}`, () => {
      const content = capture();
      const isThere = typeof what === 'string' ? content.includes(what) : what.test(content);
      return isThere === wanted ? content || ' ' : undefined;
    }).catch((error: Error) => {
      throw new Error(`${error.message}\n--- last:\n${capture()}`);
    });
  const screen: LiveScreen = {
    server,
    capture,
    shows: what => wait('shows', what, true),
    showsNot: what => wait('does not show', what, false),
    press: (...keys) => void server.tmux('send-keys', '-t', '=s:', ...keys),
    async confirm(...keys) {
      await screen.shows(/> Cancel < {3}y|press Enter/);
      screen.press(...(keys.length > 0 ? keys : ['y']));
    },
    paste(text) {
      server.tmux('set-buffer', '-b', 'pasted', text);
      server.tmux('paste-buffer', '-p', '-b', 'pasted', '-t', '=s:');
    },
    resize: (width, height) =>
      void server.tmux('resize-window', '-t', '=s:', '-x', String(width), '-y', String(height)),
    pid: () =>
      eventually('the program runs', () => {
        return childOf(shellIn(server) ?? '');
      }),
    close() {
      // It may still write to its state directory, which the test removes next.
      killChildren(shellIn(server));
      server.close();
    },
  };
  await screen.shows('ready>');
  const command = `clear; ${env} LANG=C.UTF-8 XDG_CONFIG_HOME='${config}' '${process.execPath}' '${cliPath}' ${words.join(' ')}; echo "left with $?"`;
  screen.press('-l', command);
  screen.press('Enter');
  return screen;
}

/** The pid of the shell in the pane; none if a test has ended its server. */
function shellIn(server: TmuxServer): string | undefined {
  try {
    return server.tmux('display-message', '-p', '-t', '=s:', '#{pane_pid}').trim();
  } catch {
    return undefined;
  }
}

/** Kills the children of a shell, and returns once they are gone. */
function killChildren(shell: string | undefined): void {
  const children = shell === undefined || !isAlive(Number(shell)) ? [] : readChildren(shell);
  const pids = children.map(Number).filter(isAlive);
  for (const pid of pids) killIfRunning(pid);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (pids.some(isAlive)) Atomics.wait(pause, 0, 0, 5);
}

function childOf(pid: string): number | undefined {
  const children = readChildren(pid);
  return children.length > 0 ? Number(children[0]) : undefined;
}

function readChildren(pid: string): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
}

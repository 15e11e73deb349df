/** Stand-ins for other managers of agents: their state files in a home, and programs with their names and words, which
 * end a session of the tmux server that they are started for. */
import { chmodSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Managers = {
  readonly home: string;
  /** PATH with the programs in front. */
  readonly path: string;
  /** Writes a state file that is older than the time within which it might be half-written. */
  put(path: string, content: unknown): string;
  /** What the programs were called with, one line each: name, words, working directory. */
  calls(): readonly string[];
};

/** What a stand-in does for the session that its id names. A session has the id in its name. */
const script = (log: string) => `#!/bin/bash
words="\${0##*/} $*"
echo "$words in $PWD" >> '${log}'
id="\${!#}"
id="\${id##*/}"
case "$id" in
  *refuse*) echo 'it is busy' >&2; exit 1 ;;
  *hang*) exec sleep 1000 ;;
esac
# Never a server that it was not started for.
[ -n "$TMUX" ] || exit 3
session=$(tmux list-sessions -F '#{session_name}' | grep -F -- "\${id:0:8}" | head -n 1)
case "$id" in
  *again*)
    tmux kill-session -t "=$session"
    tmux new-session -d -s "$session" "$AGENT" 77777
    ;;
  *) [ -n "$session" ] && tmux kill-session -t "=$session" ;;
esac
`;

/** @param directory where the home and the programs are created.
 * @param agent a program that the stand-in starts again. */
export function createManagers(directory: string, agent: string): Managers {
  const home = join(directory, 'home');
  const bin = join(directory, 'managers');
  const log = join(directory, 'calls');
  mkdirSync(home, { recursive: true });
  mkdirSync(bin);
  writeFileSync(log, '');
  for (const name of ['agent-deck', 'aoe', 'workmux', 'gt']) {
    const path = join(bin, name);
    writeFileSync(path, script(log).replace('$AGENT', agent));
    chmodSync(path, 0o755);
  }
  return {
    home,
    path: `${bin}:${process.env.PATH}`,
    put(path, content) {
      const file = join(home, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      const before = Date.now() / 1000 - 60;
      utimesSync(file, before, before);
      return file;
    },
    calls: () => readFileSync(log, 'utf8').split('\n').filter(Boolean),
  };
}

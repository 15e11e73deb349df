/** Users' programs, whatever started them: an agent's shell may have been the first to open an editor or to
 * start a database or a process manager, and its marks stay in their environment. Identified by executable,
 * or by script, package or main class below an interpreter; never by a name that a process sets itself. */
import type { Origin, Process } from '../model/model.ts';
import { baseName, packageOf, scriptOf } from './command-line.ts';
import { words } from './words.ts';

const byKind: Readonly<Record<string, ReadonlySet<string>>> = {
  'a display client': words(
    'Xorg Xwayland Xvnc Xephyr gnome-shell kwin_x11 kwin_wayland mutter plasmashell sway',
    'Hyprland i3 weston x11vnc vncserver xrdp gnome-terminal-server konsole xterm alacritty',
    'kitty wezterm foot wezterm-gui ghostty terminator tilix urxvt st xfce4-terminal cmux',
  ),
  'a multiplexer': words('tmux screen zellij mosh-server dtach abduco ttyd byobu'),
  'an editor': words(
    'vi vim nvim gvim nano pico micro joe kak hx helix ed ne emacs emacsclient mcedit gedit kate',
    'kwrite mousepad xed pluma gnome-text-editor geany leafpad less most man',
  ),
  'a browser': words(
    'chrome google-chrome chromium chromium-browser firefox firefox-esr brave msedge opera',
    'vivaldi vivaldi-bin epiphany safari librewolf qutebrowser',
  ),
  'an IDE': words(
    'com.intellij.idea.Main code code-insiders code-server codium vscodium code-oss cursor',
    'windsurf zed zed-editor zeditor subl sublime_text atom lapce pulsar kiro idea pycharm',
    'webstorm goland clion rider phpstorm rubymine fleet android-studio studio eclipse netbeans',
    'rstudio openvscode-server antigravity server-main jupyter-lab jupyter-notebook',
    'jupyter-server jupyter',
  ),
  'a process manager': words(
    'pm2 supervisord circusd systemd s6-svscan runsvdir runsv monit god process-compose overmind',
    'forever launchd immortal nohup-manager dockerd',
  ),
  'a build daemon': words(
    'gradle GradleDaemon GradleWrapperMain bazel watchman sccache ccache bloop sbt',
    'KotlinCompileDaemon buck2d buckd turbo nx mvnd distccd icecccd VBCSCompiler nix-daemon',
    'buildkitd eslint_d prettierd',
  ),
  'a database': words(
    'postgres postmaster mysqld mariadbd mongod mongos redis-server valkey-server memcached',
    'clickhouse clickhouse-server cassandra elasticsearch opensearch influxd etcd consul neo4j',
    'cockroach rabbitmq-server beam.smp minio kafka zookeeper QuorumPeerMain CassandraDaemon',
    'Elasticsearch qdrant weaviate meilisearch typesense-server surreal nats-server sqlservr',
    'oracle db2sysc',
  ),
};

const kindOfProgram = new Map(
  Object.entries(byKind).flatMap(([kind, names]) => [...names].map(name => [name, kind] as const)),
);

/** Interpreters whose script identifies the program. */
const interpreter = /^(node|nodejs|java|python[\d.]*|electron|bun|deno)$/;

/** A browser driven by a program belongs to that program, not to a user; a browser's helper process belongs
 * to its parent. */
const drivenBrowserOption =
  /^--(headless|remote-debugging-(pipe|port)|enable-automation|type=|marionette)|^-(juggler|contentproc)/;

/** Task runners with a daemon: the daemon is shared, the runner belongs to its caller. */
const daemonRunners = words('turbo nx gradle bazel');

/** Daemons that the first call starts for all later ones, by their arguments: through a mux of ssh run the sessions of
 * its user, whoever connected first. Other calls of these programs belong to their caller. */
const sharedDaemons: Readonly<Record<string, RegExp>> = {
  ssh: /^ssh: .*\[mux\]/,
  git: /^\S*git(-| )(credential-cache|fsmonitor)--daemon\b/,
  'git-credential-cache--daemon': /./,
  adb: /^\S+ .*\bfork-server\b/,
  ollama: /^\S+ serve\b/,
};

function isSharedDaemon(executable: string, argv: readonly string[]): boolean {
  return sharedDaemons[executable]?.test(argv.join(' ')) === true;
}

/** Script names are arbitrary: `st.py` and `man.js` are no terminal and no pager. */
const neverScripts: ReadonlySet<string> = new Set([
  'a display client',
  'a multiplexer',
  'an editor',
  'a browser',
]);

/** @returns its kind, such as `an editor`; undefined if it is not a user's program. */
export function usersProgram(process: Process, origin: Origin): string | undefined {
  const { argv } = process;
  // If the executable is unreadable (another user's process, or ps alone), fall back to argv and the kernel's name.
  const executable = baseName(origin.executable ?? argv[0]?.split(' ')[0] ?? '');
  if (isSharedDaemon(origin.executable === undefined ? process.name : executable, argv))
    return 'a shared daemon';
  const isScript = interpreter.test(executable);
  const others =
    origin.executable === undefined ? [origin.kernelName ?? '', ...titlesOf(argv)] : [];
  const names = [...(isScript ? namesOfScript(executable, argv) : [executable]), ...others];
  for (const name of names) {
    const kind = kindOf(name);
    if (kind === undefined || (isScript && neverScripts.has(kind))) continue;
    if (daemonRunners.has(name) && !argv.some(word => /daemon/i.test(word))) continue;
    if (kind === 'a browser' && argv.some(word => drivenBrowserOption.test(word))) return undefined;
    return kind;
  }
  return undefined;
}

/** Whether the process table alone makes reading the executable worthwhile. Cached for as long as the command
 * line is the same. */
export function isLikelyUsersProgram({ name, argv }: Process): boolean {
  const known = cache.get(argv);
  if (known?.name === name) return known.is;
  const executable = baseName(argv[0]?.split(' ')[0] ?? '');
  const is =
    kindOf(name) !== undefined ||
    kindOf(executable) !== undefined ||
    isSharedDaemon(executable, argv) ||
    isSharedDaemon(name, argv) ||
    namesOfScript(executable, argv).some(each => kindOf(each) !== undefined);
  cache.set(argv, { name, is });
  return is;
}

const cache = new WeakMap<readonly string[], { name: string; is: boolean }>();

/** `vim.basic`, `emacs-29.3` and `postgres-15` without their suffixes. */
function kindOf(name: string): string | undefined {
  return (
    kindOfProgram.get(name) ??
    kindOfProgram.get(name.replace(/[.-](\d|basic|gtk|x11|nox|tiny).*$/, ''))
  );
}

/** Script without its extension, package, and the last part of a main class. A title such as `PM2 v5: God
 * Daemon` replaces the whole command line. */
function namesOfScript(executable: string, argv: readonly string[]): readonly string[] {
  const title = titlesOf(argv);
  if (executable === 'java')
    return [
      ...title,
      ...argv
        .filter(word => /^[\w$]+(\.[\w$]+)+$/.test(word))
        .flatMap(word => [word, lastOfClass(word)]),
    ];
  const { script } = scriptOf(executable.replace(/[\d.]+$/, ''), argv);
  if (script === undefined) return title;
  const file = baseName(script).replace(/\.(c|m)?[jt]s$|\.pyc?$/, '');
  const own = packageOf(script);
  return [...title, file, ...(own === undefined ? [] : [own])];
}

/** ps has the words of a title apart. */
function titlesOf(argv: readonly string[]): readonly string[] {
  return /^PM2 v[\d.]+: God Daemon/.test(argv.slice(0, 4).join(' ')) ? ['pm2'] : [];
}

function lastOfClass(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** Programs that are no agents but matter beside them, as data: interpreters, wrappers and launchers,
 * infrastructure, subreapers. */

import { words } from './words.ts';

/** Programs that run another one named in their arguments: the script identifies them. */
export const interpreters: ReadonlySet<string> = words(
  'node nodejs bun deno tsx python python2 python3 uv uvx pipx npx npm pnpm yarn bunx sh bash',
  'dash zsh fish ksh ruby perl',
);

/** Programs that start a package by name and remain its parent: the child identifies them. */
export const launchers: ReadonlySet<string> = words('npx uvx bunx pipx');
/** The same with a subcommand: `npm exec NAME`, `pnpm dlx NAME`, `uv tool uvx NAME`. */
export const launcherVerbs: Readonly<Record<string, readonly string[]>> = {
  npm: ['exec', 'x'],
  pnpm: ['dlx', 'exec'],
  yarn: ['dlx'],
  uv: ['tool', 'run', 'x'],
};

/** Words between an interpreter and its script (`npm exec NAME`, `uv run NAME`, `deno run NAME`). */
export const interpreterVerbs: ReadonlySet<string> = words('exec run dlx x tool');

/** Options of interpreters that take a value. */
export const interpreterValueOptions: ReadonlySet<string> = words(
  '-r --require --import --loader --conditions -p --package --with --from --python -X -W -O -o',
);

export const shells: ReadonlySet<string> = words(
  'sh bash dash zsh fish ksh tcsh csh ash nu xonsh pwsh',
);

/** Programs that only run another one: alone they are no agent. */
export const wrappers: ReadonlySet<string> = words(
  'tee cat script env timeout nice nohup stdbuf unbuffer time setsid sudo su doas ts npx npm',
  'pnpm yarn bunx login direnv',
);

/** Never an orphan, whatever started it: services that are meant to outlive their starter. */
export const infrastructure: ReadonlySet<string> = words(
  'systemd (sd-pam) init launchd sshd sshd-session sshd-auth login dbus-daemon dbus-broker ssh-agent gpg-agent scdaemon',
  'dirmngr keyboxd dockerd containerd conmon containerd-shim containerd-shim-runc-v2 cron crond',
  'Xorg Xwayland tmux screen SCREEN mosh-server zellij',
);

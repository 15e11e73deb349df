/** User units that run the guard: for systemd, and for launchd. Pure. */

export const unitKinds = ['systemd', 'launchd'] as const;
export type UnitKind = (typeof unitKinds)[number];

/** The command line that asks for the unit, and where it runs. */
export type UnitSource = {
  readonly argv: readonly string[];
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

type Unit = {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
};

/** Variables without which the guard would see another machine, or another configuration. */
const kept = [
  'TMUX_TMPDIR',
  'VIGIL_WORKSPACE',
  'XDG_CONFIG_HOME',
  'XDG_STATE_HOME',
  'CLAUDE_CONFIG_DIR',
  'CODEX_HOME',
];

/** @returns the text of the unit's file: it runs the same command line without `--print-unit`. */
export function unitFile(kind: UnitKind, { argv, directory, env }: UnitSource): string {
  const words = argv.filter(
    (word, index) => !word.startsWith('--print-unit') && argv[index - 1] !== '--print-unit',
  );
  const variables = kept.flatMap(name => {
    const value = env[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const unit = { argv: words, directory, env: Object.fromEntries(variables) };
  return kind === 'systemd' ? systemdUnit(unit) : launchdUnit(unit);
}

function systemdUnit({ argv, directory, env }: Unit): string {
  return `# ~/.config/systemd/user/vigil.service
# systemctl --user daemon-reload && systemctl --user enable --now vigil
# It ends with your last logout unless you linger: loginctl enable-linger
[Unit]
Description=vigil watch: guard of coding agents in tmux

[Service]
ExecStart=${argv.map(systemdWord).join(' ')}
ExecReload=/bin/kill -HUP $MAINPID
WorkingDirectory=${systemdPath(directory)}
${Object.entries(env)
  .map(([name, value]) => `Environment=${systemdQuoted(`${name}=${value}`)}\n`)
  .join('')}# It exits with 143 on SIGTERM, which systemd would take for a failure.
SuccessExitStatus=129 130 143
Restart=on-failure
RestartSec=10
# A wrong configuration, or another guard: starting again would not help.
RestartPreventExitStatus=2 4
# A termination that has begun is finished first.
TimeoutStopSec=60
Nice=5

[Install]
WantedBy=default.target
`;
}

/** In a command line `$` begins a variable. */
function systemdWord(word: string): string {
  return systemdQuoted(word).replaceAll('$', '$$$$');
}

/** Quoted where necessary; `%` begins a specifier. */
function systemdQuoted(word: string): string {
  const escaped = word.replace(/[\\"]/g, '\\$&').replace(/%/g, '%%');
  return /^[\w@+=:,./%-]+$/.test(escaped) ? escaped : `"${escaped.replace(/\n/g, '\\n')}"`;
}

/** Not quoted, and without variables. */
function systemdPath(path: string): string {
  return path.replace(/%/g, '%%');
}

function launchdUnit({ argv, directory, env }: Unit): string {
  const text = (value: string) => `<string>${escapeXml(value)}</string>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ~/Library/LaunchAgents/vigil.watch.plist
     launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/vigil.watch.plist -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>vigil.watch</string>
  <key>ProgramArguments</key>
  <array>
${argv.map(word => `    ${text(word)}`).join('\n')}
  </array>
  <key>WorkingDirectory</key>
  ${text(directory)}
  <key>EnvironmentVariables</key>
  <dict>
${Object.entries(env)
  .map(([name, value]) => `    <key>${escapeXml(name)}</key>\n    ${text(value)}\n`)
  .join('')}  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>60</integer>
  <key>ProcessType</key>
  <string>Background</string>
</dict>
</plist>
`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, character => entities[character] ?? character);
}

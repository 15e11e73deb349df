/** The agent programs vigil knows, as data, and which of their forms are helpers. */

export type AgentProgram = {
  readonly name: string;
  /** Base names of the executable, or of the script that an interpreter runs. */
  readonly commands: readonly string[];
  /** npm packages whose scripts are this program. */
  readonly packages: readonly string[];
  /** Path segments that identify a native install or a module. */
  readonly paths: readonly string[];
  /** First words after the options that make it a helper: a server, a daemon, a one-off command. */
  readonly helpers: readonly string[];
  /** Options that take a value, which is then not the first word. */
  readonly valueOptions: readonly string[];
  /** Whether it is a daemon that serves several agents, by its arguments and the first that is no option. */
  readonly isHost: (words: readonly string[], first: string | undefined) => boolean;
};

const noHost: AgentProgram['isHost'] = () => false;

const errands = ['mcp', 'serve', 'server', 'daemon', 'login', 'logout', 'update', 'completion'];

export const agentPrograms: readonly AgentProgram[] = [
  {
    name: 'claude',
    commands: ['claude', 'claude.exe'],
    // Native installs run …/claude/versions/<version>; npm installs run claude-code/cli.js.
    packages: ['@anthropic-ai/claude-code'],
    paths: ['/claude/versions/'],
    helpers: [
      ...errands,
      'doctor',
      'install',
      'config',
      'setup-token',
      'plugin',
      'migrate-installer',
    ],
    valueOptions: ['--model', '--mcp-config', '--settings', '--permission-mode', '--add-dir', '-r'],
    // The supervisor of background agents with its pty hosts and spares.
    isHost: (words, first) =>
      (first === 'daemon' && words.includes('run')) ||
      words.some(word => /^(--)?bg-(pty-host|spare)$/.test(word)),
  },
  {
    name: 'codex',
    commands: ['codex', 'codex.js'],
    packages: ['@openai/codex'],
    paths: [],
    helpers: [
      ...errands,
      'mcp-server',
      'app-server',
      'exec-server',
      'proto',
      'sandbox',
      'debug',
      'apply',
      'cloud',
    ],
    valueOptions: ['-c', '--config', '-m', '--model', '-p', '--profile', '-C', '--cd', '-s', '-a'],
    // The daemon that runs the turns of all of a user's TUIs, and its updater.
    isHost: (words, first) =>
      first === 'app-server' &&
      words.some(word => word === '--managed-daemon' || word === '--listen' || word === 'daemon'),
  },
  {
    name: 'gemini',
    commands: ['gemini', 'gemini.js'],
    packages: ['@google/gemini-cli'],
    paths: [],
    helpers: [...errands, 'extensions'],
    valueOptions: ['-m', '--model', '--include-directories'],
    isHost: noHost,
  },
  {
    name: 'opencode',
    commands: ['opencode'],
    packages: ['opencode-ai'],
    paths: [],
    helpers: [...errands, 'web', 'acp', 'auth', 'models', 'upgrade', 'stats', 'export', 'debug'],
    valueOptions: ['-m', '--model', '-s', '--session', '--agent'],
    isHost: noHost,
  },
  {
    name: 'aider',
    commands: ['aider'],
    packages: [],
    paths: ['/aider/__main__.py'],
    helpers: [],
    valueOptions: [],
    isHost: noHost,
  },
  {
    name: 'cursor-agent',
    commands: ['cursor-agent'],
    packages: [],
    paths: ['/cursor-agent/versions/'],
    helpers: [...errands, 'worker-server', 'status', 'ls'],
    valueOptions: ['--model', '-m', '--api-key', '-a'],
    isHost: noHost,
  },
  {
    name: 'amp',
    commands: ['amp'],
    packages: ['@sourcegraph/amp'],
    paths: [],
    helpers: [...errands, 'threads', 'tools', 'doctor'],
    valueOptions: ['--settings-file', '--log-file', '--mode', '-m'],
    isHost: noHost,
  },
  {
    name: 'goose',
    commands: ['goose'],
    packages: [],
    paths: [],
    helpers: [
      ...errands,
      'web',
      'acp',
      'configure',
      'info',
      'schedule',
      'projects',
      'up',
      'status',
    ],
    valueOptions: [],
    isHost: noHost,
  },
  {
    name: 'copilot',
    commands: ['copilot'],
    packages: ['@github/copilot'],
    paths: [],
    helpers: errands,
    valueOptions: ['--model', '--add-dir', '--log-dir'],
    isHost: noHost,
  },
  {
    name: 'qwen',
    commands: ['qwen', 'qwen-code'],
    packages: ['@qwen-code/qwen-code'],
    paths: [],
    helpers: [...errands, 'extensions'],
    valueOptions: ['-m', '--model'],
    isHost: noHost,
  },
  simple('crush', ['crush'], ['@charmland/crush']),
  simple('droid', ['droid'], []),
  simple('auggie', ['auggie'], ['@augmentcode/auggie']),
  simple('kimi', ['kimi'], []),
  simple('kiro-cli', ['kiro-cli', 'kiro-cli-chat', 'qchat'], []),
  simple('plandex', ['plandex'], []),
  simple('openhands', ['openhands'], []),
  {
    ...simple('cline', ['cline'], []),
    isHost: words => words.includes('--cline-hub-daemon'),
  },
  simple('codebuff', ['codebuff'], ['codebuff']),
  simple('grok', ['grok'], ['@vibe-kit/grok-cli']),
];

/** An agent program added by name, with no forms of its own (`--program NAME`). */
export function simple(
  name: string,
  commands: readonly string[] = [name],
  packages: readonly string[] = [],
): AgentProgram {
  return {
    name,
    commands,
    packages,
    paths: [],
    helpers: errands,
    valueOptions: [],
    isHost: noHost,
  };
}

/** Session name prefixes that orchestrators give to agents. */
export const defaultSessionPrefixes: readonly string[] = ['agent_', 'claude-agent-'];

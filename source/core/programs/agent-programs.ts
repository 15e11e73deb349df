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

const errands = ['mcp', 'serve', 'server', 'daemon', 'login', 'logout', 'update', 'completion'];

/** @param forms what differs from a program that is its command and has the usual helpers.
 * @param helpers further ones, which spaces separate. */
export function agentProgram(
  name: string,
  forms: Partial<AgentProgram> = {},
  helpers = '',
): AgentProgram {
  return {
    name,
    commands: [name],
    packages: [],
    paths: [],
    helpers: [...errands, ...helpers.split(' ')],
    valueOptions: [],
    isHost: () => false,
    ...forms,
  };
}

const claude = agentProgram(
  'claude',
  {
    commands: ['claude', 'claude.exe'],
    // Native installs run …/claude/versions/<version>; npm installs run claude-code/cli.js.
    packages: ['@anthropic-ai/claude-code'],
    paths: ['/claude/versions/'],
    valueOptions: ['--model', '--mcp-config', '--settings', '--permission-mode', '--add-dir', '-r'],
    // The supervisor of background agents with its pty hosts and spares.
    isHost: (words, first) =>
      (first === 'daemon' && words.includes('run')) ||
      words.some(word => /^(--)?bg-(pty-host|spare)$/.test(word)),
  },
  'doctor install config setup-token plugin migrate-installer',
);

const codex = agentProgram(
  'codex',
  {
    commands: ['codex', 'codex.js'],
    packages: ['@openai/codex'],
    valueOptions: ['-c', '--config', '-m', '--model', '-p', '--profile', '-C', '--cd', '-s', '-a'],
    // The daemon that runs the turns of all of a user's TUIs, and its updater.
    isHost: (words, first) =>
      first === 'app-server' &&
      words.some(word => word === '--managed-daemon' || word === '--listen' || word === 'daemon'),
  },
  'mcp-server app-server exec-server proto sandbox debug apply cloud',
);

export const agentPrograms: readonly AgentProgram[] = [
  claude,
  codex,
  agentProgram(
    'gemini',
    {
      commands: ['gemini', 'gemini.js'],
      packages: ['@google/gemini-cli'],
      valueOptions: ['-m', '--model', '--include-directories'],
    },
    'extensions',
  ),
  agentProgram(
    'opencode',
    { packages: ['opencode-ai'], valueOptions: ['-m', '--model', '-s', '--session', '--agent'] },
    'web acp auth models upgrade stats export debug',
  ),
  agentProgram('aider', { paths: ['/aider/__main__.py'], helpers: [] }),
  agentProgram(
    'cursor-agent',
    { paths: ['/cursor-agent/versions/'], valueOptions: ['--model', '-m', '--api-key', '-a'] },
    'worker-server status ls',
  ),
  agentProgram(
    'amp',
    {
      packages: ['@sourcegraph/amp'],
      valueOptions: ['--settings-file', '--log-file', '--mode', '-m'],
    },
    'threads tools doctor',
  ),
  agentProgram('goose', {}, 'web acp configure info schedule projects up status'),
  agentProgram('copilot', {
    packages: ['@github/copilot'],
    valueOptions: ['--model', '--add-dir', '--log-dir'],
  }),
  agentProgram(
    'qwen',
    {
      commands: ['qwen', 'qwen-code'],
      packages: ['@qwen-code/qwen-code'],
      valueOptions: ['-m', '--model'],
    },
    'extensions',
  ),
  agentProgram('crush', { packages: ['@charmland/crush'] }),
  agentProgram('droid'),
  agentProgram('auggie', { packages: ['@augmentcode/auggie'] }),
  agentProgram('kimi'),
  agentProgram('kiro-cli', { commands: ['kiro-cli', 'kiro-cli-chat', 'qchat'] }),
  agentProgram('plandex'),
  agentProgram('openhands'),
  agentProgram('cline', { isHost: words => words.includes('--cline-hub-daemon') }),
  agentProgram('codebuff', { packages: ['codebuff'] }),
  agentProgram('grok', { packages: ['@vibe-kit/grok-cli'] }),
];

/** Session name prefixes that orchestrators give to agents. */
export const defaultSessionPrefixes: readonly string[] = ['agent_', 'claude-agent-'];

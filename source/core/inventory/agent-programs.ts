/** The agent programs vigil knows, as data, and which of their forms are helpers. */

export type AgentProgram = {
  readonly name: string;
  /** Base names of the executable or of the script an interpreter runs. */
  readonly commands: readonly string[];
  /** Parts of the path of the executable or script that give the program away. */
  readonly paths: readonly string[];
  /** First words after the options that make it a helper: a server, a daemon, an errand. */
  readonly helpers: readonly string[];
  /** Options that take a value, which is then not the first word. */
  readonly valueOptions: readonly string[];
};

const errands = ['mcp', 'serve', 'server', 'daemon', 'login', 'logout', 'update', 'completion'];

export const agentPrograms: readonly AgentProgram[] = [
  {
    name: 'claude',
    commands: ['claude', 'claude.exe'],
    // Native installs run …/claude/versions/<version>; npm installs run claude-code/cli.js.
    paths: ['/claude/versions/', '@anthropic-ai/claude-code/'],
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
  },
  {
    name: 'codex',
    commands: ['codex', 'codex.js'],
    paths: ['@openai/codex/'],
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
  },
  {
    name: 'gemini',
    commands: ['gemini', 'gemini.js'],
    paths: ['@google/gemini-cli/'],
    helpers: [...errands, 'extensions'],
    valueOptions: ['-m', '--model', '--include-directories'],
  },
  {
    name: 'opencode',
    commands: ['opencode'],
    paths: ['/opencode-ai/'],
    helpers: [...errands, 'web', 'acp', 'auth', 'models', 'upgrade', 'stats', 'export', 'debug'],
    valueOptions: ['-m', '--model', '-s', '--session', '--agent'],
  },
  {
    name: 'aider',
    commands: ['aider'],
    paths: ['/aider/__main__.py'],
    helpers: [],
    valueOptions: [],
  },
  {
    name: 'cursor-agent',
    commands: ['cursor-agent'],
    paths: ['/cursor-agent/versions/'],
    helpers: [...errands, 'worker-server', 'status', 'ls'],
    valueOptions: ['--model', '-m', '--api-key', '-a'],
  },
  {
    name: 'amp',
    commands: ['amp'],
    paths: ['@sourcegraph/amp/'],
    helpers: [...errands, 'threads', 'tools', 'doctor'],
    valueOptions: ['--settings-file', '--log-file', '--mode', '-m'],
  },
  {
    name: 'goose',
    commands: ['goose'],
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
  },
  {
    name: 'copilot',
    commands: ['copilot'],
    paths: ['@github/copilot/'],
    helpers: errands,
    valueOptions: ['--model', '--add-dir', '--log-dir'],
  },
  {
    name: 'qwen',
    commands: ['qwen', 'qwen-code'],
    paths: ['@qwen-code/qwen-code/'],
    helpers: [...errands, 'extensions'],
    valueOptions: ['-m', '--model'],
  },
  simple('crush', ['crush'], ['@charmland/crush/']),
  simple('droid', ['droid'], []),
  simple('auggie', ['auggie'], ['@augmentcode/auggie/']),
  simple('kimi', ['kimi'], []),
  simple('kiro-cli', ['kiro-cli', 'kiro-cli-chat', 'qchat'], []),
  simple('plandex', ['plandex'], []),
  simple('openhands', ['openhands'], []),
  simple('cline', ['cline'], []),
  simple('codebuff', ['codebuff'], ['/node_modules/codebuff/']),
  simple('grok', ['grok'], ['@vibe-kit/grok-cli/']),
];

/** An agent program added by name, with no forms of its own (`--program NAME`). */
export function simple(
  name: string,
  commands: readonly string[] = [name],
  paths: readonly string[] = [],
): AgentProgram {
  return { name, commands, paths, helpers: errands, valueOptions: [] };
}

/** Session names that orchestrators give to agents. */
export const defaultSessionPrefixes: readonly string[] = ['agent_', 'claude-agent-'];

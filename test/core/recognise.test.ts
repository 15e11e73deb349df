/** Command lines → what kind of program it is. */
import { describe, expect, it } from 'vitest';
import { agentProgram } from '../../source/core/programs/agent-programs.ts';
import { createRecogniser, recognise } from '../../source/core/programs/recognise.ts';
import { process } from '../helpers/inventory.ts';

/** Words separated by spaces; `~` inside a word stands for a space. */
const words = (line: string) => line.split(' ').map(word => word.replaceAll('~', ' '));

const cases: readonly (readonly [string, string])[] = [
  ['claude', 'agent claude'],
  ['/home/u/.local/bin/claude --print --model opus', 'agent claude'],
  ['/home/u/.local/share/claude/versions/2.0.14 --resume', 'agent claude'],
  ['node /usr/local/bin/claude -p hello', 'agent claude'],
  [
    '/usr/bin/node --max-old-space-size=4096 /x/node_modules/@anthropic-ai/claude-code/cli.js',
    'agent claude',
  ],
  ['/bin/bash /opt/stand-ins/claude --print go', 'agent claude'],
  ['claude --print please~run~mcp~serve~now', 'agent claude'],
  ['claude -p use~foo-mcp', 'agent claude'],
  ['claude mcp serve', 'mcp'],
  ['claude --claude-in-chrome-mcp', 'mcp'],
  ['claude update', 'other'],
  ['claude --model mcp -p x', 'agent claude'],
  ['codex', 'agent codex'],
  ['codex exec fix~it', 'agent codex'],
  ['codex mcp-server', 'mcp'],
  ['codex -c model=o3 app-server', 'other'],
  ['node /usr/bin/codex --full-auto', 'agent codex'],
  ['node /x/node_modules/@google/gemini-cli/dist/index.js', 'agent gemini'],
  ['gemini', 'agent gemini'],
  ['opencode', 'agent opencode'],
  ['opencode serve', 'other'],
  ['/usr/bin/python3 /home/u/.local/bin/aider --model x', 'agent aider'],
  ['cursor-agent', 'agent cursor-agent'],
  ['amp', 'agent amp'],
  ['goose session', 'agent goose'],
  ['goosed', 'other'],
  ['copilot', 'agent copilot'],
  ['node /x/node_modules/@qwen-code/qwen-code/cli.js', 'agent qwen'],
  ['node /x/@qwen-code/qwen-code/cli.js', 'other'],
  ['node /x/node_modules/@openai/codex/node_modules/some-mcp/server.js', 'mcp'],
  ['node /x/mcp-server-git/index.js', 'other'],
  ['/srv/mcp/bin/postgres -D data', 'other'],
  ['node /x/node_modules/mcp-server-git/index.js', 'mcp'],
  ['node /x/node_modules/gitnexus/dist/index.js mcp', 'mcp'],
  ['python3 /home/u/.local/bin/headroom mcp serve', 'mcp'],
  ['github-mcp-server stdio', 'mcp'],
  ['npx -y @playwright/mcp@latest', 'mcp'],
  ['npm exec @modelcontextprotocol/server-filesystem', 'mcp'],
  ['uvx mcp-server-fetch', 'mcp'],
  ['python -m my_mcp.server', 'mcp'],
  ['python -m mcp', 'mcp'],
  ['/bin/zsh -c source~/home/u/.claude/shell-snapshots/snapshot-zsh-1.sh', 'agent shell claude'],
  ['bash', 'shell'],
  ['-zsh', 'shell'],
  ['bash -c claude~--print~|~tee~log', 'shell'],
  ['bash build.sh', 'other'],
  ['tee /tmp/log', 'wrapper'],
  ['npm exec something', 'launcher'],
  ['npm~exec~mongodb-mcp-server', 'mcp'],
  ['uv tool uvx mcp-server-git', 'mcp'],
  ['uv tool uvx ruff', 'launcher'],
  ['pnpm dlx vite', 'launcher'],
  ['npm run build', 'wrapper'],
  ['codex app-server --listen unix:// --managed-daemon', 'host codex'],
  ['cline --cline-hub-daemon --port 1', 'host cline'],
  ['claude daemon run', 'host claude'],
  ['ssh-agent -s', 'infrastructure'],
  ['vim claude.md', 'other'],
  ['tail -f agent_claude.log', 'other'],
  ['grep claude', 'other'],
  ['sleep 100', 'other'],
];

describe('a command line', () => {
  for (const [line, expected] of cases)
    it(`${line} is ${expected}`, () => {
      const argv = words(line);
      const kind = recognise((argv[0] ?? '').split('/').at(-1) ?? '', argv);
      expect('program' in kind ? `${kind.kind} ${kind.program}` : kind.kind).toBe(expected);
    });

  it('is claude’s by the kernel’s name if the program shows its version', () => {
    expect(recognise('claude', ['2.0.14'])).toEqual({ kind: 'agent', program: 'claude' });
  });

  it('is a tmux server by the name that tmux sets, not by its arguments', () => {
    expect(recognise('tmux: server', ['tmux', 'new', 'claude']).kind).toBe('tmux server');
    expect(recognise('tmux: client', ['tmux', 'attach']).kind).toBe('wrapper');
  });
});

it('a recogniser knows added programs, and detects an exec', () => {
  const recogniser = createRecogniser([agentProgram('robot')]);
  const argv = ['robot', '--go'];
  expect(recogniser(process(7, 1, '', { argv, name: 'robot' }))).toEqual({
    kind: 'agent',
    program: 'robot',
  });
  expect(recogniser(process(7, 1, '', { argv: ['bash'], name: 'bash' })).kind).toBe('shell');
});

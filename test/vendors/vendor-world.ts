/** Real agent programs in a home of their own, with dummy keys and a model on loopback. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { snapshotJson } from '../../source/cli/json/snapshot-json.ts';
import { eventually } from '../helpers/eventually.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { type Run, vigil } from '../helpers/vigil.ts';
import { startApi } from './canned-api.ts';

export type JsonRow = ReturnType<typeof snapshotJson>['rows'][number];

export type VendorWorld = {
  readonly home: string;
  readonly server: TmuxServer;
  /** Starts a program in a new session. @param project directory below the home. */
  start(session: string, project: string, ...command: string[]): void;
  /** A script that starts a program like `start`, in the shell that runs it. */
  script(project: string, ...command: string[]): string;
  /** Runs a program to its end and returns its stdout. */
  run(project: string, ...command: string[]): string;
  /** Types a line into the agent of a session. */
  type(session: string, line: string): Promise<void>;
  screen(session: string): string;
  /** Whether the program of a session has left its terminal to the shell. */
  isAtShell(session: string): boolean;
  vigil(...words: string[]): Promise<Run>;
  rows(): Promise<readonly JsonRow[]>;
  /** The first row that matches. */
  row(what: string, isIt: (row: JsonRow) => boolean): Promise<JsonRow>;
  /** Daemons go on until the namespace ends; `test/vendors/run.js` removes their home. */
  close(): void;
};

/** Where `test/vendors/run.js` has installed the programs. */
const bin = join(process.env.VIGIL_VENDORS ?? '', 'node_modules', '.bin');

export async function startVendors(): Promise<VendorWorld> {
  const home = mkdtempSync(join(tmpdir(), 'vigil-vendors-'));
  const sockets = join(home, 'sockets');
  mkdirSync(sockets);
  process.env.TMUX_TMPDIR = sockets;
  const server = startTmux();
  const api = await startApi();
  const env: Readonly<Record<string, string>> = {
    HOME: home,
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    ANTHROPIC_BASE_URL: api.url,
    ANTHROPIC_API_KEY: 'dummy-key-0123456789',
    OPENAI_API_KEY: 'dummy-key-0123456789',
    OPENAI_BASE_URL: `${api.url}/v1`,
    OPENAI_MODEL: 'canned',
    GEMINI_API_KEY: 'dummy-key-0123456789',
    GOOGLE_GEMINI_BASE_URL: api.url,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  };
  const trusted: Record<string, unknown> = {};
  const codexConfig = [
    'model = "gpt-5"',
    'model_provider = "canned"',
    'approval_policy = "never"',
    'sandbox_mode = "danger-full-access"',
    '[model_providers.canned]',
    'name = "canned"',
    `base_url = "${api.url}/v1"`,
    'env_key = "OPENAI_API_KEY"',
    'wire_api = "responses"',
  ];
  const settings: Readonly<Record<string, object>> = {
    '.claude/settings.json': { permissions: { allow: ['Bash'] } },
    '.gemini/settings.json': { security: { auth: { selectedType: 'gemini-api-key' } } },
    '.qwen/settings.json': { security: { auth: { selectedType: 'openai' } } },
    '.config/opencode/opencode.json': {
      autoupdate: false,
      model: 'canned/canned',
      permission: { bash: 'allow' },
      provider: {
        canned: {
          npm: '@ai-sdk/openai-compatible',
          options: { baseURL: `${api.url}/v1`, apiKey: 'dummy' },
          models: { canned: { tool_call: true } },
        },
      },
    },
  };
  for (const [path, content] of Object.entries(settings)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), JSON.stringify(content));
  }
  mkdirSync(join(home, '.codex'));
  const projectOf = (name: string) => {
    const path = join(home, name);
    if (existsSync(path)) return path;
    mkdirSync(path);
    trusted[path] = { hasTrustDialogAccepted: true, allowedTools: [] };
    codexConfig.push(`[projects."${path}"]`, 'trust_level = "trusted"');
    const approved = [env.ANTHROPIC_API_KEY?.slice(-20)];
    const claude = join(home, '.claude.json');
    const before = existsSync(claude) ? JSON.parse(readFileSync(claude, 'utf8')) : {};
    writeFileSync(
      claude,
      JSON.stringify({
        ...before,
        hasCompletedOnboarding: true,
        theme: 'dark',
        customApiKeyResponses: { approved, rejected: [] },
        projects: { ...before.projects, ...trusted },
      }),
    );
    writeFileSync(join(home, '.codex', 'config.toml'), `${codexConfig.join('\n')}\n`);
    return path;
  };
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  let scripts = 0;
  const script: VendorWorld['script'] = (project, ...command) => {
    const own = 'TMUX="$TMUX" TMUX_PANE="$TMUX_PANE"';
    const set = words.map(each => `'${each}'`).join(' ');
    const path = join(home, `run-${++scripts}.sh`);
    writeFileSync(
      path,
      `cd '${projectOf(project)}'; exec env -i ${own} ${set} ${command.join(' ')}`,
    );
    return `bash ${path}`;
  };
  const rows = async () => {
    const { stdout } = await vigil(['list', '--json', '-L', server.name], options);
    return JSON.parse(stdout).rows as JsonRow[];
  };
  const options = {
    env: { HOME: home, XDG_STATE_HOME: join(home, 'state'), TMUX_TMPDIR: sockets },
    cwd: home,
  };
  return {
    home,
    server,
    start(session, project, ...command) {
      const line = `${script(project, ...command)}; exec bash --norc`;
      server.session(session, 'bash', '--norc', '--noprofile', '-c', line);
    },
    script,
    run: (project, ...command) =>
      execFileSync('env', ['-i', ...words, ...command], {
        cwd: projectOf(project),
        encoding: 'utf8',
      }),
    async type(session, line) {
      server.tmux('send-keys', '-t', `=${session}:`, '-l', line);
      await eventually('the line is on the screen', () =>
        server.tmux('capture-pane', '-p', '-t', `=${session}:`).includes(line),
      );
      server.tmux('send-keys', '-t', `=${session}:`, 'Enter');
    },
    screen: session => server.tmux('capture-pane', '-p', '-t', `=${session}:`),
    isAtShell: session =>
      server.tmux('display', '-p', '-t', `=${session}:`, '#{pane_current_command}').trim() ===
      'bash',
    vigil: (...line) => vigil([...line, '-L', server.name], options),
    rows,
    row: (what, isIt) => eventually(what, async () => (await rows()).find(isIt), 30_000),
    close() {
      server.close();
      api.close();
    },
  };
}

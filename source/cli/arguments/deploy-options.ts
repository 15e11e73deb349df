/** The options of `vigil deploy`, and the request that they and its prompt make. */
import type { DeployRequest } from '../../core/lifecycle/deployment.ts';
import type { Reading } from '../../core/model/model.ts';
import type { Given } from './option-spec.ts';

/** Reads its prompt from stdin and writes one JSON line per event. */
const standardCommand = ['claude', '--print', '--verbose', '--output-format', 'stream-json'];

export function readDeployOptions(given: Given) {
  const text = (name: string) => (given.has(name) ? String(given.get(name)) : undefined);
  const command = [given.get('command') ?? []].flat().map(String);
  return {
    task: text('task'),
    type: text('type'),
    prompt: text('prompt'),
    promptFile: text('prompt-file'),
    parent: text('parent') ?? 'orchestrator',
    /** The command used when none is given. */
    command: command.length > 0 ? command : standardCommand,
  };
}

/** @returns what is missing or conflicting, in one line. */
export function deployFault(given: Given): string | undefined {
  for (const name of ['task', 'type']) if (!given.has(name)) return `deploy: missing --${name}`;
  const prompts = ['prompt', 'prompt-file'].filter(name => given.has(name));
  if (prompts.length === 0) return 'deploy: missing --prompt TEXT or --prompt-file FILE';
  if (prompts.length > 1) return 'deploy: use --prompt or --prompt-file, not both';
  const sockets = ['socket-name', 'socket-path'].flatMap(name => [given.get(name) ?? []].flat());
  return sockets.length > 1
    ? 'deploy: expected at most one -L or -S (the server to start on)'
    : undefined;
}

const whatFits = 'expected a text file, or - for stdin';

type Machine = {
  readIfThere(file: string | number): Reading<string | undefined>;
  /** The socket selected by `-L`, `-S` and the environment. */
  chosenSocket(names: readonly string[], paths: readonly string[], env: NodeJS.ProcessEnv): string;
};

/** Reads the prompt, before anything is changed. @param operands the words after `--`. */
export function deployRequest(
  options: {
    readonly deploy: ReturnType<typeof readDeployOptions>;
    readonly socketNames: readonly string[];
    readonly socketPaths: readonly string[];
  },
  operands: readonly string[],
  env: NodeJS.ProcessEnv,
  { readIfThere, chosenSocket }: Machine,
): Reading<DeployRequest> {
  const { task = '', type = '', parent, command, ...given } = options.deploy;
  const file = given.promptFile;
  const prompt: Reading<string | undefined> =
    file === undefined ? { ok: true, value: given.prompt } : readIfThere(file === '-' ? 0 : file);
  const option = file === undefined ? '--prompt' : `--prompt-file ${file}`;
  const refuse = (fault: string) => ({ ok: false, reason: `${option}: ${fault}` }) as const;
  if (!prompt.ok) return refuse(`${prompt.reason}; ${whatFits}`);
  if (prompt.value === undefined) return refuse(`no such file; ${whatFits}`);
  if (prompt.value.trim() === '') return refuse('the prompt is empty');
  return {
    ok: true,
    value: {
      ...{ task, type, parent, prompt: prompt.value },
      command: operands.length > 0 ? operands : command,
      socketPath: chosenSocket(options.socketNames, options.socketPaths, env),
      searchPath: env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    },
  };
}

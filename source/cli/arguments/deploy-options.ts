/** The options of `vigil deploy`. */
import type { Given } from './option-spec.ts';

export type DeployOptions = {
  readonly task?: string;
  readonly type?: string;
  readonly prompt?: string;
  readonly promptFile?: string;
  readonly parent: string;
  /** The command used when none is given. */
  readonly command: readonly string[];
};

/** Reads its prompt from stdin and writes one JSON line per event. */
const standardCommand = ['claude', '--print', '--verbose', '--output-format', 'stream-json'];

export function readDeployOptions(given: Given): DeployOptions {
  const text = (name: string) => (given.has(name) ? String(given.get(name)) : undefined);
  const command = [given.get('command') ?? []].flat().map(String);
  return {
    task: text('task'),
    type: text('type'),
    prompt: text('prompt'),
    promptFile: text('prompt-file'),
    parent: text('parent') ?? 'orchestrator',
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

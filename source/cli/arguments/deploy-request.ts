/** Builds the request of `vigil deploy` and reads its prompt, before anything is changed. */
import type { DeployRequest } from '../../core/lifecycle/deployment.ts';
import type { Reading } from '../../core/model/model.ts';
import type { Options } from './options.ts';

const whatFits = 'expected a text file, or - for stdin';

type Machine = {
  readIfThere(file: string | number): Reading<string | undefined>;
  /** The socket selected by `-L`, `-S` and the environment. */
  chosenSocket(names: readonly string[], paths: readonly string[], env: NodeJS.ProcessEnv): string;
};

/** @param operands the words after `--`. */
export function deployRequest(
  options: Options,
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

/** Where the start-up of `list` goes: commands that each do one thing more than the one before. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Measured, measureCommands } from './measure.ts';

export type Step = { readonly name: string; readonly measured: Measured };

/** @param directory where an empty module may be written; it is the farm's own. */
export function measureLadder(
  cli: string,
  options: readonly string[],
  directory: string,
  rounds: number,
): Step[] {
  const [, workspace = ''] = options;
  const node = process.execPath;
  const module = join(directory, 'nothing.mjs');
  mkdirSync(directory, { recursive: true });
  writeFileSync(module, "import 'node:fs'; process.exit(0);\n");
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['node -e 0', [node, '-e', '0']],
    ['node nothing.mjs', [node, module]],
    ['+ modules, arguments', [node, cli, '--version']],
    // A socket that is not there: scan, registries, judgement and output, but no client.
    ['+ look without tmux', [node, cli, 'list', '--json', '-w', workspace, '-S', '/nonexistent']],
    ['+ tmux', [node, cli, 'list', '--json', ...options]],
  ];
  const measured = measureCommands(
    steps.map(([, command]) => command),
    rounds,
  );
  return steps.map(([name], index) => ({ name, measured: measured[index] as Measured }));
}

/** The options of a command line that a far vigil gets too. */
import type { Command } from '../arguments/command-table.ts';
import { appliesTo, type Given } from '../arguments/option-spec.ts';
import { optionSpecs } from '../arguments/option-table.ts';

/** About this terminal, this output, or which machines: for this vigil alone. */
const ours: ReadonlySet<string> = new Set([
  ...['host', 'bootstrap', 'json', 'watch', 'interval', 'filter', 'class', 'sort', 'reverse'],
  ...['tree', 'columns', 'format', 'on', 'exit-code', 'yes', 'read-only', 'color', 'theme'],
  ...['ascii', 'mouse', 'demo', 'log-level', 'help', 'version'],
]);

/** @param given options that were typed: the far vigil has a configuration of its own. */
export function farWords(command: Command, given: Given): readonly string[] {
  return optionSpecs
    .filter(spec => given.has(spec.name) && appliesTo(command, spec) && !ours.has(spec.name))
    .flatMap(({ name, value }) => {
      const values = [given.get(name)].flat();
      return values.map(each =>
        value === undefined && each === true ? `--${name}` : `--${name}=${each}`,
      );
    });
}

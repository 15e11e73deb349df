/** Generates the parts of the readme and docs/ that repeat the program's tables, as Markdown
 * between markers. */

import { commandSpecs, commands } from '../../source/cli/arguments/command-table.ts';
import { appliesTo, type OptionSpec, spelled } from '../../source/cli/arguments/option-spec.ts';
import { optionSpecs } from '../../source/cli/arguments/option-table.ts';
import {
  type Entry,
  exitDescriptions,
  filterEntries,
  signalExits,
  targetEntries,
  usageLines,
} from '../../source/cli/help.ts';
import { rowClasses } from '../../source/core/model/model.ts';
import { classWords } from '../../source/core/rows/class-words.ts';
import { bindings } from '../../source/screen/input/keys.ts';
import { environmentEntries, fileEntries } from './topics.ts';

/** The lines of each part, by marker name. */
const parts: Readonly<Record<string, () => readonly string[]>> = {
  usage: () => ['```', ...usageLines('unicode'), '```'],
  commands: () => [
    '```',
    ...commands.flatMap(name => commandSpecs[name].usages.map(usage => `vigil ${usage}`)),
    '```',
  ],
  keys: () => pairs(keyEntries()),
  classes: () =>
    table(
      ['class', 'registry', 'machine'],
      rowClasses.map(name => [code(name), classWords[name].registry, classWords[name].machine]),
    ),
  options: () =>
    table(
      ['option', 'meaning', 'accepted by'],
      optionSpecs.map(spec => [code(spelled(spec)), optionWords(spec), acceptedBy(spec)]),
    ),
  targets: () => entries('target', targetEntries),
  filters: () => entries('term', filterEntries),
  'exit codes': () => [
    `${Object.entries(exitDescriptions)
      .map(([number, means]) => `${code(number)} ${means}`)
      .join(' · ')}`,
    `· ${signalExits}.`,
  ],
  environment: () => entries('variable', environmentEntries),
  files: () => entries('file', fileEntries),
};

/** One entry for all tabs: they would be a third of the table. */
function keyEntries(): (readonly [string, string])[] {
  const tabs = bindings.filter(({ action }) => action.kind === 'tab');
  const shown = tabs.map(each => code(each.shown)).join(' ');
  const names = tabs.map(({ does }) => does).join(', ');
  return bindings.flatMap(binding => {
    if (binding.action.kind !== 'tab') return [[code(binding.shown), binding.does] as const];
    return binding === tabs[0] ? [[shown, names] as const] : [];
  });
}

/** @param text a page with `<!-- keys -->` … `<!-- /keys -->` and the like.
 * @returns the page with these parts regenerated. @throws for an unclosed or unknown marker. */
export function withParts(text: string): string {
  const marked = /<!-- ([a-z ]+) -->\n[\s\S]*?<!-- \/\1 -->/g;
  const open = [...text.matchAll(/^<!-- [a-z ]+ -->$/gm)].length;
  if ([...text.matchAll(marked)].length !== open) throw new Error('a marker has no end');
  return text.replace(marked, (_, name: string) => {
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (part === undefined) throw new Error(`there is no part "${name}"`);
    return [`<!-- ${name} -->`, ...part(), `<!-- /${name} -->`].join('\n');
  });
}

function optionWords({ help, repeatable }: OptionSpec): string {
  return repeatable ? `${help}; repeatable` : help;
}

function acceptedBy(spec: OptionSpec): string {
  return spec.of === undefined ? 'all' : commands.filter(name => appliesTo(name, spec)).join(', ');
}

function entries(word: string, all: readonly Entry[]): string[] {
  return table(
    [word, 'meaning'],
    all.map(([name, means]) => [code(name), means]),
  );
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)];
}

/** Two entries per row, in column order, to halve the length. */
function pairs(all: readonly Entry[]): string[] {
  const half = Math.ceil(all.length / 2);
  return table(
    ['key', 'does', 'key', 'does'],
    all.slice(0, half).map((entry, index) => [...entry, ...(all[half + index] ?? ['', ''])]),
  );
}

function code(text: string): string {
  return `\`${text}\``;
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|');
}

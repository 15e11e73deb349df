/** Replacing broken registries, each with a text that is made from what remains of it or from other registries. */
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { failureClause, type RegistryRebuild } from '../../core/ports/registry-store.ts';
import { type Line, type Say, spansIn } from '../../text/line.ts';
import { counted } from '../../text/units.ts';
import type { Output } from '../output.ts';
import { codeOf, type Plan } from './change.ts';

/** One broken registry. */
export type Replacement = Omit<RegistryRebuild, 'waitMs'> & {
  /** What the JSON says of its file, besides the path and the outcome. */
  readonly facts: object;
  lines(say: Say): readonly Line[];
};

type Words = {
  /** The outcome of a replaced file. */
  readonly done: 'rebuilt' | 'repaired';
  readonly question: string;
  /** After the summary. */
  readonly advice?: string;
};

/** The plan, of which each file is replaced on its own. */
export function replacementPlan(
  { host, lockWaitMs }: Pick<CommandTools, 'host' | 'lockWaitMs'>,
  replacements: readonly Replacement[],
  { done, question, advice = '' }: Words,
  { charset }: Pick<Output, 'charset'>,
): Plan {
  const say = spansIn(charset);
  const run = async () => {
    const written: string[] = [];
    const failures: string[] = [];
    for (const { sources, target, compose } of replacements) {
      const update = { sources, target, compose, waitMs: lockWaitMs };
      const result = await host.registryStore.rebuild(update);
      if (result.kind === 'done') written.push(...result.written);
      else failures.push(`${result.path}: ${failureClause(result)}`);
    }
    const document = replacementJson(replacements, done, written);
    const count = counted(written.length, 'registry', 'registries');
    const words = `${count} ${done}; the previous content is in registry/quarantine${advice}`;
    return {
      lines: [[say(words)]],
      json: () => document,
      messages: failures,
      code: codeOf(document.ok),
    };
  };
  return {
    lines: replacements.flatMap(({ target, lines }) => [
      [say(target.path, 'heading')],
      ...lines(say),
    ]),
    json: () => replacementJson(replacements, done),
    questions: [question],
    run,
  };
}

/** @param written the paths of the registries that were written; absent for a dry run. */
function replacementJson(
  replacements: readonly Replacement[],
  done: Words['done'],
  written?: readonly string[],
) {
  return {
    schema: 'vigil.restore/1',
    ok: written === undefined || written.length === replacements.length,
    backup: null,
    dryRun: written === undefined,
    written: written ?? [],
    files: replacements.map(({ target: { path }, facts }) => ({
      original: path,
      ...facts,
      outcome: written?.includes(path) ? done : written ? 'failed' : 'planned',
    })),
  };
}

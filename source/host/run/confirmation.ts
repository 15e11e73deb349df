/** Confirmation prompts on the terminal. */

/** @returns nothing if stdin is not a terminal. The answer is empty after Ctrl-C. */
export function createConfirmation(
  { stdin, stderr }: Pick<NodeJS.Process, 'stdin' | 'stderr'>,
  signal: AbortSignal,
  onLost: () => void,
) {
  if (stdin.isTTY !== true) return undefined;
  const prompt = async (question: string) => {
    const { createInterface } = await import('node:readline/promises');
    const reader = createInterface({ input: stdin, output: stderr });
    // A lost terminal counts as no; readline forwards its errors.
    reader.on('error', onLost);
    try {
      return (await reader.question(question, { signal })).trim();
    } catch {
      return '';
    } finally {
      reader.close();
    }
  };
  return {
    confirm: async (question: string) => /^y(es)?$/i.test(await prompt(`${question} [y/N] `)),
    /** For commands that end everything: a single key is typed too easily. */
    confirmWord: async (question: string, word: string) =>
      (await prompt(`${question} Type "${word}" to confirm: `)) === word,
  };
}

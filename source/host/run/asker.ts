/** Confirmation prompts on the terminal. */

export type Ask = (question: string) => Promise<string>;

type Streams = {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
};

/** @returns nothing if stdin is not a terminal. The answer is empty after Ctrl-C. */
export function asker({ stdin, stderr }: Streams, signal: AbortSignal, onLost: () => void) {
  if (stdin.isTTY !== true) return undefined;
  const answerTo: Ask = async question => {
    const { createInterface } = await import('node:readline/promises');
    const asking = createInterface({ input: stdin, output: stderr });
    // A lost terminal counts as no; readline forwards its errors.
    asking.on('error', onLost);
    try {
      return (await asking.question(question, { signal })).trim();
    } catch {
      return '';
    } finally {
      asking.close();
    }
  };
  return {
    isYes: async (question: string) => /^y(es)?$/i.test(await answerTo(`${question} [y/N] `)),
    /** For commands that end everything: a single key is typed too easily. */
    isWord: async (question: string, word: string) =>
      (await answerTo(`${question} Type "${word}" to confirm: `)) === word,
  };
}

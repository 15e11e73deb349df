/** Questions to a person on the terminal. */

export type Ask = (question: string) => Promise<string>;

type Streams = {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
};

/** @returns nothing where there is no terminal to ask on. An answer is nothing after Ctrl-C. */
export function asker({ stdin, stderr }: Streams, signal: AbortSignal, onLost: () => void) {
  if (stdin.isTTY !== true) return undefined;
  const answerTo: Ask = async question => {
    const { createInterface } = await import('node:readline/promises');
    const asking = createInterface({ input: stdin, output: stderr });
    // A terminal that is gone says no; readline hands its errors on.
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
    /** For what ends everything: a y is typed too easily. */
    isWord: async (question: string, word: string) =>
      (await answerTo(`${question} Type "${word}" to confirm: `)) === word,
  };
}

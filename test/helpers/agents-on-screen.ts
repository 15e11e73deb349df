/** Real agents, and the built program watching them on a terminal: new for each test, removed
 * after it. */
import { afterEach, beforeEach } from 'vitest';
import { type Agents, startAgents } from './agents.ts';
import { type LiveScreen, startScreen } from './screen.ts';

export type AgentsOnScreen = {
  readonly farm: Agents;
  /** @param words command-line options. @param first text that appears once the table is drawn. */
  open(
    words: readonly string[],
    size: { readonly columns: number; readonly rows: number },
    first?: RegExp,
  ): Promise<LiveScreen>;
};

/** Call inside `describe`. */
export function agentsOnScreen(): AgentsOnScreen {
  let farm: Agents;
  let screen: LiveScreen | undefined;
  beforeEach(() => {
    farm = startAgents();
  });
  afterEach(() => {
    screen?.close();
    screen = undefined;
    farm.close();
  });
  return {
    get farm() {
      return farm;
    },
    async open(words, size, first = /live +alpha-1/) {
      screen = await startScreen([...farm.options, ...words], {
        ...size,
        env: `XDG_STATE_HOME='${farm.state}'`,
      });
      await screen.shows(first);
      return screen;
    },
  };
}

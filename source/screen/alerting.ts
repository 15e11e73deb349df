/** Alerts the user: the terminal's bell, and a message of the surrounding tmux. */
import type { AlertWay } from '../core/model/alert.ts';
import { printable } from '../text/printable.ts';
import type { Possession } from './terminal/possession.ts';

type AlertingOptions = {
  readonly possession: Pick<Possession, 'isOurs'>;
  write(text: string): void;
  /** Shows a message on the tmux client that shows vigil; nothing happens outside tmux. */
  message(text: string): void;
};

const bell = '\u0007';

export function createAlerting({ possession, write, message }: AlertingOptions) {
  return (way: AlertWay, text: string) => {
    // Within the output of another program the bell could end one of its sequences.
    if ((way === 'bell' || way === 'both') && possession.isOurs()) write(bell);
    if (way === 'message' || way === 'both') message(printable(`vigil: ${text}`));
  };
}

/** What may stand at the cursor. */
import type { LiveNames } from '../arguments/command-table.ts';

/** The name of the hidden command. */
export const completerName = '__complete';

/** A completion of the word at the cursor, with a description. */
export type Candidate = readonly [value: string, description: string];

export type Completion =
  | { readonly kind: 'files' | 'directories' }
  /** @property isPart no space follows: the word goes on. */
  | {
      readonly kind: 'words';
      readonly candidates: readonly Candidate[];
      readonly isPart?: true;
    }
  /** @property prefix the part of the word before the name. @property words the options that
   * select the machine to read. */
  | {
      readonly kind: 'live';
      readonly names: LiveNames;
      readonly prefix: string;
      readonly words: readonly string[];
    };

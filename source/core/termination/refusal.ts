/** Why a target is not ended at all: decisions read the kind, people the text. */

export type RefusalKind =
  /** vigil itself runs in it. */
  | 'self'
  /** Its agent belongs to another user. */
  | 'out-of-reach'
  /** What it is could not be established. */
  | 'unknown'
  | 'zombie'
  /** A person's agent, among others. */
  | 'interactive'
  /** Somebody watches it. */
  | 'attached'
  /** An orphan of which it is not proven that its agent is gone. */
  | 'suspected'
  /** Nothing but a record or a name says whose it is. */
  | 'claim'
  /** Its workspace was found, not named, and is not ours. */
  | 'foreign'
  /** Another workspace has it on record. */
  | 'elsewhere'
  /** No workspace is known that could have it on record. */
  | 'unlisted'
  /** Two polls have not agreed on it. */
  | 'unsettled'
  /** It is not any more what it was when the plan was made. */
  | 'changed'
  /** Just before its first signal it could not be looked at. */
  | 'unread';

export type Refusal = { readonly kind: RefusalKind; readonly text: string };

/** Not part of a bulk verb's work at all, as against what it was asked for and cannot do. */
export function isNotIncluded({ kind }: Refusal): boolean {
  return kind === 'suspected' || kind === 'claim';
}

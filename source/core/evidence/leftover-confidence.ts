/** How sure it is that a process is left over, by what is known of it. */

import type { Confidence } from '../model/model.ts';
import { type Evidence, hasStrength } from './evidence.ts';

/** What is decided already is not looked at any further. */
export function isDecided(evidence: readonly Evidence[]): boolean {
  return hasStrength(evidence, 'contradiction') || evidence.some(isProofOfOwner);
}

/** Proven: an owner that is gone, or a mark of the pane that only an agent there can have set; or a hint with a
 * dead end, and no doubt. Suspected: hints without a doubt. Nothing speaks against either. */
export function confidenceOf(evidence: readonly Evidence[]): Confidence | undefined {
  if (hasStrength(evidence, 'contradiction')) return undefined;
  // Its mark names somebody who may be alive.
  if (evidence.some(each => each.kind === 'exact-mark' && each.strength === 'doubt'))
    return undefined;
  // Where a server that may have the owner was not asked, its owner is not proven to be gone.
  const isUnasked = evidence.some(each => each.kind === 'unread' && each.strength === 'doubt');
  if (evidence.some(each => isProofOfOwner(each) || isKind(each, 'pane-mark')))
    return isUnasked ? 'suspected' : 'proven';
  const isDeadEnd = (each: Evidence) =>
    isKind(each, 'peer-gone') || isKind(each, 'terminal-deleted');
  const isLeft = evidence.some(isDeadEnd);
  const doubts = evidence.filter(each => each.strength === 'doubt');
  const standing = evidence.some(each => isKind(each, 'peer-gone'))
    ? doubts.filter(each => each.kind !== 'started-not-adopted')
    : doubts;
  if (standing.length > 0) return undefined;
  return isLeft ? 'proven' : 'suspected';
}

const ownerKinds: ReadonlySet<Evidence['kind']> = new Set([
  'exact-mark',
  'recorded-identity',
  'lineage',
  'tree',
  'process-session',
  'own-pane',
  'own-file',
  'pane-option',
  'session-of-birth',
  'session-name',
  'cgroup',
  'kill-journal',
]);

/** Its owner is known, and gone. */
export function isProofOfOwner({ kind, strength }: Evidence): boolean {
  return strength === 'proof' && ownerKinds.has(kind);
}

function isKind(evidence: Evidence, kind: Evidence['kind']): boolean {
  return evidence.kind === kind && evidence.strength === 'proof';
}

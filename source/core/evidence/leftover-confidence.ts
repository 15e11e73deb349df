/** Confidence that a process is a leftover, from its evidence. */

import type { Confidence } from '../model/model.ts';
import { type Evidence, hasStrength } from './evidence.ts';

/** Already decided: its open files need not be read. */
export function isDecided(evidence: readonly Evidence[]): boolean {
  return hasStrength(evidence, 'contradiction') || evidence.some(isProofOfOwner);
}

/** Proven: the owner is gone, or the pane's mark can only come from an agent there, or a hint plus a dead end
 * and no doubt. Suspected: hints without a doubt. Any contradiction rules out both. */
export function confidenceOf(evidence: readonly Evidence[]): Confidence | undefined {
  if (hasStrength(evidence, 'contradiction')) return undefined;
  // Its mark names an agent that may be alive.
  if (evidence.some(each => each.kind === 'exact-mark' && each.strength === 'doubt'))
    return undefined;
  const hasDoubt = (kind: Evidence['kind']) =>
    evidence.some(each => each.kind === kind && each.strength === 'doubt');
  // If a server that may hold the owner was not queried, the owner is not proven to be gone.
  const hasUnqueriedServer = hasDoubt('unread');
  // Nor is it proven who has started it if a user's terminal has the same mark, unless more than a mark says so.
  const isShared = hasDoubt('leaked-mark');
  const isSure = (each: Evidence) =>
    isProofOfOwner(each) && !(isShared && isKind(each, 'exact-mark'));
  if (evidence.some(isSure)) return hasUnqueriedServer ? 'suspected' : 'proven';
  if (evidence.some(each => isProofOfOwner(each) || isKind(each, 'pane-mark')))
    return hasUnqueriedServer || isShared ? 'suspected' : 'proven';
  const isDeadEnd = (each: Evidence) =>
    isKind(each, 'peer-gone') || isKind(each, 'terminal-deleted');
  const hasDeadEnd = evidence.some(isDeadEnd);
  const doubts = evidence.filter(each => each.strength === 'doubt' && each.kind !== 'leaked-mark');
  const standing = evidence.some(each => isKind(each, 'peer-gone'))
    ? doubts.filter(each => each.kind !== 'started-not-adopted')
    : doubts;
  if (standing.length > 0) return undefined;
  return hasDeadEnd && !isShared ? 'proven' : 'suspected';
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

/** Its owner is known and gone. */
export function isProofOfOwner({ kind, strength }: Evidence): boolean {
  return strength === 'proof' && ownerKinds.has(kind);
}

function isKind(evidence: Evidence, kind: Evidence['kind']): boolean {
  return evidence.kind === kind && evidence.strength === 'proof';
}

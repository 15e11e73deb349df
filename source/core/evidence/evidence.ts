/** What a verdict rests on, as data: code decides by `kind` and `strength`, users read `text`. */

/** Weight of a piece of evidence. A contradiction outweighs everything, a doubt outweighs hints. */
export type Strength = 'proof' | 'hint' | 'doubt' | 'contradiction';

export const evidenceKinds = [
  // Ownership.
  'recorded-identity',
  'exact-mark',
  'own-pane',
  'pane-option',
  'session-of-birth',
  'session-name',
  'lineage',
  'tree',
  'process-session',
  'own-file',
  'cgroup',
  'kill-journal',
  'program-mark',
  'program-name',
  'server-name',
  'itself',
  // Leftovers.
  'peer-gone',
  'terminal-deleted',
  'pane-mark',
  'lost-parent',
  'started-not-adopted',
  'service',
  'writes-to-file',
  // Against ownership.
  'leaked-mark',
  'other-namespace',
  'peoples-terminal',
  'peoples-program',
  'unit',
  'manager',
  'shared-host',
  'other-user',
  // State of the sources.
  'vendor-record',
  'registry',
  'registry-disagreement',
  'session',
  'attached',
  'absence',
  'content',
  'unread',
  'unsettled',
  'grace',
  'ambiguous-session',
  'kept-session',
  'claim',
  'other-termination',
  'zombie',
] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

export type Evidence = {
  readonly kind: EvidenceKind;
  readonly strength: Strength;
  /** One sentence, raw: it may hold text from the machine. */
  readonly text: string;
};

export function proof(kind: EvidenceKind, text: string): Evidence {
  return { kind, strength: 'proof', text };
}

export function hint(kind: EvidenceKind, text: string): Evidence {
  return { kind, strength: 'hint', text };
}

export function doubt(kind: EvidenceKind, text: string): Evidence {
  return { kind, strength: 'doubt', text };
}

export function contradiction(kind: EvidenceKind, text: string): Evidence {
  return { kind, strength: 'contradiction', text };
}

export function hasStrength(evidence: readonly Evidence[], strength: Strength): boolean {
  return evidence.some(each => each.strength === strength);
}

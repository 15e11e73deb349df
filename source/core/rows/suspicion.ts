/** What is missing where an orphan is only suspected. */
import type { Row } from '../model/model.ts';

/** `no proof that its agent is gone`; undefined for a row that is proven to be what it is shown as. */
export function missingProofOf({
  confidence,
  evidence,
  session,
}: Pick<Row, 'confidence' | 'evidence' | 'session'>): string | undefined {
  if (confidence !== 'suspected') return undefined;
  // Its agent may be at work in it: the question is whose it is.
  if (session !== undefined) return 'no proof that a registry’s agent runs in it';
  const isShared = evidence.some(each => each.kind === 'leaked-mark' && each.strength === 'doubt');
  return `no proof that ${isShared ? 'an agent started it' : 'its agent is gone'}`;
}

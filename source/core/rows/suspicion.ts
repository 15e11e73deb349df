/** What is missing where an orphan is only suspected. */
import type { Row } from '../model/model.ts';

/** `no proof that its agent is gone`; undefined for a row that is proven to be what it is shown as. */
export function missingProofOf({ confidence, evidence }: Pick<Row, 'confidence' | 'evidence'>) {
  if (confidence !== 'suspected') return undefined;
  const isShared = evidence.some(each => each.kind === 'leaked-mark' && each.strength === 'doubt');
  return `no proof that ${isShared ? 'an agent started it' : 'its agent is gone'}`;
}

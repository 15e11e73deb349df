/** The project of a row: where its agent works. */
import type { Row } from '../model/model.ts';
import { baseName } from '../programs/command-line.ts';

/** The last part of the working directory. */
export function projectOf({ cwd }: Pick<Row, 'cwd'>): string | undefined {
  if (cwd === undefined) return undefined;
  return baseName(cwd.replace(/\/+$/, '')) || '/';
}

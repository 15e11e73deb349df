/** What was chosen on the screen, in vigil's state directory. */
import { join } from 'node:path';
import type { ScreenChoices } from '../../core/ports/screen-choices.ts';
import { columnOf, standardColumns } from '../../core/rows/columns.ts';
import { writeWhole } from '../registry/durable-file.ts';
import { readOwnFile } from '../registry/safe-file.ts';
import { tryTo } from '../run/try-to.ts';
import { isTrusted, makeStateDirectory } from './state-directory.ts';

const largestBytes = 64 * 1024;

type Kept = { readonly demo: boolean; readonly readOnly: boolean };

/** The demo reads and keeps nothing, --read-only keeps nothing.
 * @param directory vigil's own state directory. */
export function createScreenChoices(directory: string, { demo, readOnly }: Kept): ScreenChoices {
  const path = join(directory, 'screen.json');
  return {
    readColumns: () => (demo || !isTrusted(directory) ? undefined : tryTo(() => columnsFrom(path))),
    keepColumns: columns =>
      void tryTo(() => {
        if (demo || readOnly) return;
        makeStateDirectory(directory);
        writeWhole(path, Buffer.from(`${JSON.stringify({ columns })}\n`));
      }),
  };
}

/** Columns of another version are ignored. @throws if it cannot be read. */
function columnsFrom(path: string) {
  const file = readOwnFile(path, largestBytes);
  if (!file.ok) return undefined;
  const { columns } = JSON.parse(file.value.toString());
  if (!Array.isArray(columns)) return undefined;
  const known = [...new Set(columns.flatMap(name => columnOf(String(name)) ?? []))];
  const isStandard = JSON.stringify(known) === JSON.stringify(standardColumns);
  return known.length > 0 && !isStandard ? known : undefined;
}

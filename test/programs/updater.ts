/** Repeatedly adds one to a number in a registry through the store, and reports after each update.
 * `updater FILE AGENT COUNT [ACKNOWLEDGEMENTS] [PADDING]`: AGENT is an id in the file, or in the database. Prints
 * how long it held the lock each time, in milliseconds. */
import { appendFileSync } from 'node:fs';
import { createRegistryStore } from '../../source/host/registry/store.ts';

const [path = '', agent = '', count = '1', acknowledgements, padding = '0'] = process.argv.slice(2);
const waitMs = Number(process.env.WAIT_MS ?? 60_000);
const isDatabase = path.endsWith('.sqlite3');
const field = isDatabase ? 'progress' : 'count';
const store = createRegistryStore();
const heldMs: number[] = [];

for (let done = 0; done < Number(count); done++) {
  let value = 0;
  const result = await store.update({
    files: [{ path, scope: isDatabase ? 'database' : 'task' }],
    waitMs,
    mutate: ([document]) => {
      const { agents } = JSON.parse(document?.text ?? '{}');
      const index = agents.findIndex((each: { id: string }) => each.id === agent);
      // The same in a round that repeats it.
      value ||= agents[index][field] + 1;
      const edits = [{ at: ['agents', index, field], value }];
      if (isDatabase) return [{ path, edits }];
      // A text that grows and shrinks covers every step of a write.
      const filler = 'x'.repeat((value % 2) * Number(padding));
      return [{ path, edits: [...edits, { at: ['agents', index, 'filler'], value: filler }] }];
    },
  });
  if (result.kind !== 'done') {
    process.stderr.write(`${JSON.stringify(result)}\n`);
    process.exit(1);
  }
  heldMs.push(result.heldMs);
  if (acknowledgements) appendFileSync(acknowledgements, `${agent} ${value}\n`);
}
process.stdout.write(JSON.stringify(heldMs));

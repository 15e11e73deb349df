/** The sources of polls that are repeated: what hardly changes between two of them is read less often. */
import { identityOf, type RegistryReading } from '../model/model.ts';
import type { Sources } from '../ports/host.ts';

/** Registries of other workspaces are read again after this time: searching for them takes longer than a poll. */
const keptMs = 5000;

export function repeatedSources(host: Sources): Sources {
  const { registries, servers, processes, clock } = host;
  let asked: Promise<unknown> = Promise.resolve();
  let around: { readonly key: string; readonly at: number; readonly found: Around } | undefined;
  return {
    ...host,
    servers: {
      ...servers,
      read() {
        const reading = servers.read({ mayBeKept: true });
        asked = reading;
        return reading;
      },
    },
    // The tmux clients have exited by then: in the table, they would make it differ from the last one.
    processes: { ...processes, read: () => asked.then(() => processes.read()) },
    registries: {
      ...registries,
      readAround(workers, known) {
        const key = JSON.stringify([workers.map(identityOf), known]);
        const at = clock.steadyNow();
        if (around?.key !== key || at - around.at >= keptMs)
          around = { key, at, found: registries.readAround(workers, known) };
        return around.found;
      },
    },
  };
}

type Around = Promise<readonly RegistryReading[]>;

/** The ports that depend on where processes are read from. */
import type { Host } from '../../core/ports/host.ts';
import type { Processes } from '../../core/ports/processes.ts';
import { createRecogniser } from '../../core/programs/recognise.ts';
import { createDirectoryReader } from './portable/kept-directories.ts';
import { createPsControl } from './portable/ps-control.ts';
import { createPsOriginReader } from './portable/ps-origins.ts';
import { psSource } from './portable/ps-source.ts';
import { unreadPorts } from './portable/unread-ports.ts';
import { createDescriptorReader } from './proc-descriptors.ts';
import { readDirectories } from './proc-directories.ts';
import { createOriginReader } from './proc-origins.ts';
import { createPortReader } from './proc-ports.ts';
import { createProcReader } from './proc-processes.ts';
import type { ProcessSource } from './process-source.ts';
import { readPsProcesses } from './ps-processes.ts';
import { createProcessControl } from './signals.ts';
import { createLogins } from './systemd-logins.ts';

type Source = Pick<Host, 'control' | 'logins'> &
  Pick<Processes, 'read' | 'readOrigins' | 'readDescriptors' | 'readDirectories' | 'readPorts'>;

/** @param now steady clock, milliseconds. */
export function createProcessSource(kind: ProcessSource, now: () => number): Source {
  if (kind === 'portable') return portableSource(now);
  return {
    read: kind === 'proc' ? procReader() : listingReader(),
    readOrigins: createOriginReader(),
    readDescriptors: createDescriptorReader(now),
    readDirectories,
    readPorts: createPortReader(),
    control: createProcessControl(),
    logins: createLogins(),
  };
}

function portableSource(now: () => number): Source {
  return {
    read: psSource.read,
    readOrigins: createPsOriginReader(psSource),
    // Descriptors that are missing here count as unread.
    readDescriptors: () => new Map(),
    readDirectories: createDirectoryReader(now),
    readPorts: unreadPorts,
    control: createPsControl(psSource),
    logins: { read: () => undefined },
  };
}

function procReader(): Processes['read'] {
  const read = createProcReader();
  return async () => {
    // The scan blocks this thread: tmux clients are started first, to run in parallel.
    await new Promise(setImmediate);
    return read();
  };
}

function listingReader(): Processes['read'] {
  const recogniser = createRecogniser();
  return () =>
    readPsProcesses(candidate => {
      const { kind } = recogniser(candidate);
      return kind === 'agent' || kind === 'mcp';
    });
}

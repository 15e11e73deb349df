/** Which boot this is: the third part of an identity. */
import { uptime } from 'node:os';
import { textOf } from '../run/try-to.ts';
import { psSource } from './portable/ps-source.ts';
import { processSource, procRoot } from './process-source.ts';

/** The kernel's boot id. Where only ps is read, the start of the first process, which has the resolution of a second. */
export function readBootId(): string {
  const id = textOf(`${procRoot}/sys/kernel/random/boot_id`).trim();
  const bootedAt = processSource === 'portable' ? psSource.bootedAt() : undefined;
  const atSecond = bootedAt === undefined ? Date.now() / 1000 - uptime() : bootedAt / 1000;
  return id || `booted-${Math.round(atSecond)}`;
}

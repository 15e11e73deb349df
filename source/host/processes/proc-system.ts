/** Kernel facts that do not change while vigil runs: boot, page size, clock ticks. */
import { existsSync, readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { textOf } from '../run/try-to.ts';

/** Entry types of the auxiliary vector (elf.h). */
const pageSizeEntry = 6;
const clockTickEntry = 17;

/** @returns page size, clock ticks per second and the boot time in epoch milliseconds. */
export function readProcSystem() {
  const auxv = readFileSync('/proc/self/auxv');
  // 64-bit pairs on every platform supported by Node 20.
  const entry = (type: number, otherwise: number) => {
    for (let offset = 0; offset + 16 <= auxv.length; offset += 16)
      if (auxv.readUInt32LE(offset) === type) return auxv.readUInt32LE(offset + 8);
    return otherwise;
  };
  const bootLine = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'));
  return {
    pageBytes: entry(pageSizeEntry, 4096),
    ticksPerSecond: entry(clockTickEntry, 100),
    bootedAt: bootLine === null ? Date.now() - uptime() * 1000 : Number(bootLine[1]) * 1000,
  };
}

/** The kernel's boot id: the third part of an identity. Without /proc, the boot time. */
export function readBootId(): string {
  const id = textOf('/proc/sys/kernel/random/boot_id').trim();
  return id || `booted-${Math.round(Date.now() / 1000 - uptime())}`;
}

/** Whether /proc is usable on this machine. */
export function hasProc(root = '/proc'): boolean {
  return process.platform === 'linux' && existsSync(`${root}/self/stat`);
}

/** Without /proc the identity of a pid cannot be verified right before a signal, so vigil changes
 * no process and no agent's file. @returns why; nothing if it may. */
export function readOnlyReason(root = '/proc'): string | undefined {
  return hasProc(root)
    ? undefined
    : 'without /proc vigil is read-only: a pid cannot be verified before a signal';
}

/** What of the kernel does not change while vigil runs: boot, page size, clock ticks. */
import { existsSync, readFileSync } from 'node:fs';
import { uptime } from 'node:os';

export type ProcSystem = {
  readonly pageBytes: number;
  readonly ticksPerSecond: number;
  /** Boot time, epoch milliseconds. */
  readonly bootedAt: number;
};

/** Entry types of the auxiliary vector (elf.h). */
const pageSizeEntry = 6;
const clockTickEntry = 17;

export function readProcSystem(): ProcSystem {
  const auxv = readFileSync('/proc/self/auxv');
  // 64-bit pairs; every platform Node 20 is built for has them.
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

/** The kernel's id of this boot: the third part of an identity. Without /proc, the boot time. */
export function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `booted-${Math.round(Date.now() / 1000 - uptime())}`;
  }
}

/** Whether this machine's /proc can be used. */
export function hasProc(root = '/proc'): boolean {
  return process.platform === 'linux' && existsSync(`${root}/self/stat`);
}

/** Without /proc nobody can prove, right before a signal, that a pid still is who it was: there vigil looks
 * and changes no process and no agent's file. @returns why; nothing where it may do more. */
export function lookOnly(root = '/proc'): string | undefined {
  return hasProc(root)
    ? undefined
    : 'without /proc vigil is read-only: a pid cannot be verified before a signal';
}

/** Kernel facts that do not change while vigil runs: boot, page size, clock ticks. */
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

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

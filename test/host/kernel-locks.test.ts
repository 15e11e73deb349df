/** The holder of a lock, as the kernel reports it. */
import { expect, it } from 'vitest';
import { holderOf, readLocks } from '../../source/host/lock/lock-holders.ts';

const table = [
  '1: FLOCK  ADVISORY  WRITE 4121 08:02:1234 0 EOF',
  '2: POSIX  ADVISORY  READ 4122 08:02:5678 128 128',
  '3: -> FLOCK  ADVISORY  WRITE 4199 08:02:9999 0 EOF',
  '3: FLOCK  ADVISORY  WRITE 4130 103:1f:12345 0 EOF',
  '4: FLOCK  ADVISORY  WRITE -1 00:2e:77 0 EOF',
].join('\n');
/** Packed like the major and minor numbers of stat(2). */
const device = (major: number, minor: number) =>
  BigInt(((major & 0xfff) << 8) | (minor & 0xff)) | (BigInt(minor >> 8) << 20n);

it('the holder is named with the kind of its lock', () => {
  expect(holderOf(table, device(8, 2), 1234n)).toBe('pid 4121 (flock, write)');
  expect(holderOf(table, device(8, 2), 5678n)).toBe('pid 4122 (posix, read)');
});

it('large device numbers are parsed', () => {
  expect(holderOf(table, device(0x103, 0x1f), 12345n)).toBe('pid 4130 (flock, write)');
});

it('a waiter holds nothing', () => {
  expect(holderOf(table, device(8, 2), 9999n)).toBeUndefined();
});

it('a number with the same beginning or end is another file', () => {
  for (const inode of [123n, 234n, 12340n, 34n])
    expect(holderOf(table, device(8, 2), inode)).toBeUndefined();
  expect(holderOf(table, device(8, 3), 1234n)).toBeUndefined();
});

it('there is no holder if the kernel reports none', async () => {
  expect(holderOf(await readLocks('/nonexistent'), device(8, 2), 1234n)).toBeUndefined();
  expect(holderOf('', device(8, 2), 1234n)).toBeUndefined();
});

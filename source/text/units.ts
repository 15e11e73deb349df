/** Human-readable numbers in as few cells as possible. */
import type { Printable } from './printable.ts';

/** `512B`, `3.4M`, `210M`, `1.2G`: at most five cells. */
export function bytes(count: number): Printable {
  const units = ['B', 'K', 'M', 'G', 'T', 'P'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${digits}${units[unit]}` as Printable;
}

/** `45s`, `12m`, `3h07`, `6d`: at most five cells; whole days after four of them. */
export function duration(ms: number): Printable {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s` as Printable;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m` as Printable;
  const hours = Math.floor(minutes / 60);
  if (hours < 96) return `${hours}h${String(minutes % 60).padStart(2, '0')}` as Printable;
  return `${Math.floor(hours / 24)}d` as Printable;
}

/** As `duration`, but in steps of five from ten seconds to a minute: otherwise every poll would rewrite forty
 * idle agents. */
export function age(ms: number): Printable {
  return duration(ms >= 10_000 && ms < 60_000 ? ms - (ms % 5000) : ms);
}

/** One decimal below a hundred: `0.0`, `12.3`, `104`. */
export function percent(value: number): Printable {
  return (value < 99.95 ? value.toFixed(1) : String(Math.round(value))) as Printable;
}

/** `1 file`, `2 files`, `2 processes`. */
export function counted(count: number, one: string, many = `${one}s`): Printable {
  return `${count} ${count === 1 ? one : many}` as Printable;
}

/** Local wall-clock time of day, `14:03:22`. */
export function timeOfDay(epochMs: number): Printable {
  const date = new Date(epochMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}` as Printable;
}

/** Human-readable numbers in as few cells as possible. */

/** `512B`, `3.4M`, `210M`, `1.2G`: at most five cells. */
export function bytes(count: number): string {
  const units = ['B', 'K', 'M', 'G', 'T', 'P'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${digits}${units[unit]}`;
}

/** `45s`, `12m`, `3h07`, `6d`: at most five cells; whole days after four of them. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 96) return `${hours}h${String(minutes % 60).padStart(2, '0')}`;
  return `${Math.floor(hours / 24)}d`;
}

/** As `duration`, but in steps of five from ten seconds to a minute: otherwise every poll would rewrite forty
 * idle agents. */
export function age(ms: number): string {
  return duration(ms >= 10_000 && ms < 60_000 ? ms - (ms % 5000) : ms);
}

/** One decimal below a hundred: `0.0`, `12.3`, `104`. */
export function percent(value: number): string {
  return value < 99.95 ? value.toFixed(1) : String(Math.round(value));
}

/** `3.6 s`, `0.1 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `1 file`, `2 files`, `2 processes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Local wall-clock time of day, `14:03:22`. */
export function timeOfDay(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

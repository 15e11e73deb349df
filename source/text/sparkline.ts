/** Numbers as a row of bars, one cell each. */
import { trendSpans } from '../core/model/usage-over-time.ts';

const bars = '▁▂▃▄▅▆▇█';

/** The last ten minutes.
 * @param values of the last spans of time, oldest first; NaN is a blank, as is what was before the first.
 * @param cells of the line: each is as high as the highest value of its spans.
 * @param full what the highest bar stands for; values above it are drawn as high. */
export function sparkline(values: readonly number[], cells: number, full: number): string {
  const missing = trendSpans - values.length;
  const at = (cell: number) => Math.floor((cell * trendSpans) / cells) - missing;
  return Array.from({ length: cells }, (_, cell) => {
    const known = values
      .slice(Math.max(0, at(cell)), Math.max(0, at(cell + 1)))
      .filter(value => !Number.isNaN(value));
    if (known.length === 0) return ' ';
    const share = full > 0 ? Math.max(...known) / full : 0;
    return bars[Math.max(0, Math.min(bars.length, Math.ceil(share * bars.length)) - 1)] ?? ' ';
  }).join('');
}

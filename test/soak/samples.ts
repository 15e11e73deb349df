/** Memory and descriptors of a program over time. */
import { readdirSync, readFileSync } from 'node:fs';
import { statOf } from '../helpers/stand-ins.ts';

/** Between samples, milliseconds. */
const everyMs = 500;

const rssOf = (pid: number) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;
const descriptorsOf = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

export type Figures = {
  /** MB in ten minutes, of the second half: the first is enough for V8 to compile what it will. */
  readonly growth: { readonly slope: number; readonly error: number };
  /** MB. */
  readonly most: number;
  /** The most descriptors less the fewest, of the second half. */
  readonly spread: number;
  readonly text: string;
};

export type Sampling = { figures(): Figures; stop(): void };

export function sample(name: string, pid: number): Sampling {
  const samples: { readonly at: number; readonly rss: number; readonly descriptors: number }[] = [];
  const timer = setInterval(() => {
    if (statOf(pid) === undefined) return;
    samples.push({ at: Date.now(), rss: rssOf(pid), descriptors: descriptorsOf(pid) });
  }, everyMs);
  return {
    stop: () => clearInterval(timer),
    figures() {
      const settled = samples.slice(Math.floor(samples.length / 2));
      const [first, last] = [settled[0], settled.at(-1)];
      if (first === undefined || last === undefined) throw new Error('too short');
      const growth = slopeOf(settled.map(({ at, rss }) => [at / 600_000, rss]));
      const counts = settled.map(each => each.descriptors);
      const [fewest, highest] = [Math.min(...counts), Math.max(...counts)];
      const most = Math.max(...samples.map(({ rss }) => rss));
      const trend = `${growth.slope.toFixed(2)} ± ${growth.error.toFixed(2)} MB in ten minutes`;
      const text = `${name}: RSS ${first.rss.toFixed(1)} → ${last.rss.toFixed(1)} MB, at most ${most.toFixed(1)}; ${trend}; descriptors ${fewest} to ${highest}`;
      return { growth, most, spread: highest - fewest, text };
    },
  };
}

/** The slope of the line that fits best, and its standard error. Single samples are noisy and depend on their
 * neighbours: the line is that of the means of twenty parts. */
function slopeOf(points: readonly (readonly [number, number])[]) {
  const mean = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0) / all.length;
  const parts = 20;
  const means = Array.from({ length: parts }, (_, at) => {
    const edge = (part: number) => Math.floor((part * points.length) / parts);
    const part = points.slice(edge(at), edge(at + 1));
    return [mean(part.map(([x]) => x)), mean(part.map(([, y]) => y))] as const;
  });
  const [x, y] = [mean(means.map(([at]) => at)), mean(means.map(([, value]) => value))];
  const square = means.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  const slope = means.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / square;
  const rest = means.reduce((sum, [at, value]) => sum + (value - y - slope * (at - x)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (parts - 2) / square) };
}

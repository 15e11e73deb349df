/** Lines of several spans: sentences wrap, what ends in a command is cut. */
import { describe, expect, it } from 'vitest';
import { cellsOf, type Line, spansIn, wrapPrinted, wrapSpans } from '../../source/text/line.ts';

const say = spansIn('unicode');
const texts = (lines: readonly Line[]) => lines.map(line => line.map(({ text }) => text).join(''));

describe('a line of several spans', () => {
  const head: Line = [
    say('registry_fixer-225412-09aa1c', 'heading'),
    say('  live', 'live'),
    say(', 3 processes, frees 337M, 14.6% CPU, port 8115'),
  ];

  it('wraps at spaces and keeps the tones', () => {
    const lines = wrapSpans(head, 60);
    expect(texts(lines)).toEqual([
      'registry_fixer-225412-09aa1c  live, 3 processes, frees 337M,',
      '  14.6% CPU, port 8115',
    ]);
    expect(lines[0]?.map(({ tone }) => tone)).toContain('heading');
    expect(wrapSpans(head, 200)).toEqual([head]);
  });

  it('loses nothing and is never too wide, also with ids longer than the line', () => {
    const long = [
      say('日本語-'.repeat(12), 'heading'),
      say('  ghost', 'ghost'),
      say(', no processes'),
    ];
    for (const line of [head, long])
      for (let width = 10; width < 90; width++) {
        const lines = wrapSpans(line, width);
        expect(Math.max(...lines.map(cellsOf))).toBeLessThanOrEqual(width);
        const words = (all: readonly string[]) => all.join('').replaceAll(' ', '');
        expect(words(texts(lines))).toBe(words(texts([line])));
      }
  });

  it('stays whole where it ends in a command', () => {
    const line = [say('  end   4121  pane process  '), say('claude '.repeat(30), 'dim')];
    expect(wrapSpans(line, 40)).toEqual([line]);
  });
});

describe('what a command prints', () => {
  const evidence: Line = [
    say('  · proof: no session agent_builder-182222-07c150 on tmux socket farm, /tmp/view.sock'),
  ];

  it('wraps between words on a terminal, and never in a pipe', () => {
    expect(texts(wrapPrinted([evidence], 60))).toEqual([
      '  · proof: no session agent_builder-182222-07c150 on tmux',
      '    socket farm, /tmp/view.sock',
    ]);
    expect(wrapPrinted([evidence], undefined)).toEqual([evidence]);
  });

  it('leaves a word whole that is wider than the terminal, as it may be copied', () => {
    const path = `/home/dev/${'very-long/'.repeat(9)}quarantine`;
    const line: Line = [say('ok   ', 'live'), say(`old file: ${path}, 3 entries`)];
    expect(texts(wrapPrinted([line], 60))).toEqual(['ok   old file:', `  ${path},`, '  3 entries']);
  });
});

/** Every view on each kind of terminal: all as whole frames at 80×24, those with the most layout also on the
 * others. */
import { Box } from 'ink';
import { render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import type { Size } from '../../source/components/frame.ts';
import { layoutOf } from '../../source/components/layout.ts';
import { Screen } from '../../source/components/screen.tsx';
import type { Paint } from '../../source/components/text-line.tsx';
import { bindings, footerKeys } from '../../source/screen/input/keys.ts';
import { allGlyphs } from '../../source/text/glyphs.ts';
import { stateOf, views } from '../fixtures/views.ts';

let unmount: (() => void) | undefined;
afterEach(() => unmount?.());

const plain: Paint = { charset: 'unicode', colors: false, theme: 'default' };
type Variant = {
  readonly name: string;
  readonly size: Size;
  readonly paint: Paint;
  readonly isStyled?: boolean;
};
const variants: readonly Variant[] = [
  { name: '80×24', size: { columns: 80, rows: 24 }, paint: plain },
  { name: '100×30', size: { columns: 100, rows: 30 }, paint: plain },
  { name: '140×40', size: { columns: 140, rows: 40 }, paint: plain },
  { name: '200×50', size: { columns: 200, rows: 50 }, paint: plain },
  { name: '40×10', size: { columns: 40, rows: 10 }, paint: plain },
  {
    name: 'ASCII',
    size: { columns: 80, rows: 24 },
    paint: { ...plain, charset: 'ascii' },
  },
  {
    name: 'ASCII, wide',
    size: { columns: 140, rows: 40 },
    paint: { ...plain, charset: 'ascii' },
  },
  {
    name: 'monochrome, wide',
    size: { columns: 140, rows: 40 },
    paint: { ...plain, theme: 'mono' },
    isStyled: true,
  },
  // With its escapes: only bold, underlined and inverse distinguish anything there.
  {
    name: 'monochrome',
    size: { columns: 80, rows: 24 },
    paint: { ...plain, theme: 'mono' },
    isStyled: true,
  },
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const styles = /\u001b\[([\d;]*)m/g;

/** A glyph of vigil's own without an ASCII form: `\\u{2192}`. */
const escapedOwnSign = new RegExp(
  [...allGlyphs]
    .map(sign => sign.charCodeAt(0).toString(16))
    .map(code => `\\\\(u\\{${code}\\}|x${code}(?![0-9a-f]))`)
    .join('|'),
);

function frameOf(view: string, size: Size, paint: Paint): string {
  const state = stateOf(view, size);
  // The library's terminal has 100 columns.
  const app = render(<Box />);
  Object.defineProperty(app.stdout, 'columns', { value: size.columns });
  app.rerender(
    <Screen
      state={state}
      layout={layoutOf(state, size, paint.charset, bindings)}
      paint={paint}
      footerKeys={footerKeys}
    />,
  );
  unmount = app.unmount;
  return app.lastFrame() ?? '';
}

/** The views with the most layout: columns, marks, trees, wrapped lines, buttons. */
const onEveryTerminal: ReadonlySet<string> = new Set([
  'table with tags',
  'table with an ending',
  'table with a survivor',
  'tree',
  'detail',
  'help',
  'palette',
  'end, plan',
  'reconcile, plan',
]);

/** Views of which the width decides more than the number of columns. */
const onEverySize: ReadonlySet<string> = new Set([
  'log',
  'log, scrolled',
  'log, searched',
  'split, details',
  'split, log',
  'split, pane',
  'by task',
  'by task, one folded',
  'fleet, table',
  'fleet, machines',
  'fleet, plan',
]);

function isRecorded(view: string, { name, size }: Variant): boolean {
  // Narrower terminals have no room for it.
  if (view.startsWith('split')) return size.columns >= 140;
  if (name.endsWith(', wide')) return view.startsWith('by task');
  return onEverySize.has(view) || name === '80×24' || onEveryTerminal.has(view);
}

/** A frame as recorded: blank lines are counted. */
const recorded = (text: string) =>
  text.replace(/(?<=\n)\n{3,}/g, blank => `(${blank.length} blank lines)\n`);

for (const variant of variants) {
  const { name, size, paint, isStyled } = variant;
  describe(name, () => {
    // Between the smallest and the standard size nothing breaks that these do not show.
    const isWide = size.columns > 80;
    const shown = Object.keys(views).filter(view => !isWide || isRecorded(view, variant));
    it.each(shown)('%s', view => {
      const frame = frameOf(view, size, paint);
      const text = frame.replace(styles, '');
      const lines = text.split('\n');
      expect(lines.length).toBeLessThan(size.rows);
      expect(lines.filter(line => [...line].length > size.columns)).toEqual([]);
      if (paint.charset === 'ascii') {
        expect(text).toMatch(/^[ -~\n]*$/);
        expect(text).not.toMatch(escapedOwnSign);
      }
      if (isRecorded(view, variant))
        expect(recorded(isStyled ? frame.replace(styles, '‹$1›') : text)).toMatchSnapshot();
    });
  });
}

it('in monochrome there is no colour anywhere', () => {
  for (const view of Object.keys(views)) {
    const frame = frameOf(
      view,
      { columns: 80, rows: 24 },
      { ...plain, colors: true, theme: 'mono' },
    );
    const used = [...frame.matchAll(styles)].flatMap(([, codes = '']) =>
      codes.split(';').map(Number),
    );
    expect(used.filter(code => code >= 30 && code <= 38)).toEqual([]);
    unmount?.();
  }
});

/** The layout code of the bundle gives the boxes of the screen the frames that Yoga gives them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import Yoga, { type Node } from 'yoga-layout';
// @ts-expect-error: a script of the build, without types
import layout from '../../build/layout.js';

type Tree = {
  readonly direction?: 'row' | 'column';
  readonly width?: number;
  readonly height?: number;
  readonly shrink: number;
  readonly grow: number;
  /** Of a text: the lengths of its lines. */
  readonly lines?: readonly number[];
  readonly children: readonly Tree[];
};

const small = { min: 0, max: 30 } as const;
const size = fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined });
const textTree: fc.Arbitrary<Tree> = fc.record({
  lines: fc.array(fc.integer(small), { minLength: 1, maxLength: 6 }),
  shrink: fc.constant(1),
  grow: fc.constant(0),
  children: fc.constant([]),
});
const flexible = {
  height: size,
  // Boxes that have too little room are the next test's.
  shrink: fc.constant(0),
  grow: fc.constantFrom(0, 1),
};
const none = fc.constant(0);
const some = (children: fc.Arbitrary<Tree>) => fc.array(children, { maxLength: 3 });
/** A box in a row has a width of its own, and keeps it: parts of cells are rounded otherwise by Yoga's short numbers. */
const { box: tree } = fc.letrec<{ box: Tree; fixed: Tree }>(tie => {
  const boxOf = (width: fc.Arbitrary<number | undefined>, common = flexible) =>
    fc.oneof(
      { maxDepth: 4 },
      textTree,
      fc.record({
        ...common,
        width,
        direction: fc.constant('column' as const),
        children: some(tie('box')),
      }),
      fc.record({
        ...common,
        width,
        direction: fc.constant('row' as const),
        children: some(tie('fixed')),
      }),
    );
  return {
    box: boxOf(size),
    fixed: boxOf(fc.integer({ min: 1, max: 60 }), { ...flexible, shrink: none, grow: none }),
  };
});

/** @returns what Ink draws by: left, top and width of each node, parents first, and how high all of it is. */
function framesOf(given: Tree, kind: typeof Yoga): number[][] {
  const nodes: Node[] = [];
  const make = ({ direction, width, height, shrink, grow, lines, children }: Tree): Node => {
    const node = kind.Node.create();
    nodes.push(node);
    node.setFlexShrink(shrink);
    node.setFlexGrow(grow);
    if (direction !== undefined)
      node.setFlexDirection(
        direction === 'row' ? kind.FLEX_DIRECTION_ROW : kind.FLEX_DIRECTION_COLUMN,
      );
    if (width !== undefined) node.setWidth(width);
    if (height !== undefined) node.setHeight(height);
    if (lines !== undefined) node.setMeasureFunc(limit => measure(lines, limit));
    for (const [index, child] of children.entries()) node.insertChild(make(child), index);
    return node;
  };
  const root = kind.Node.create();
  root.setWidth(80);
  root.insertChild(make(given), 0);
  root.calculateLayout(undefined, undefined, kind.DIRECTION_LTR);
  return [root, ...nodes].map(node => [
    node.getComputedLeft(),
    node.getComputedTop(),
    node.getComputedWidth(),
    ...(node === root ? [node.getComputedHeight()] : []),
  ]);
}

/** As Ink measures a text that is truncated. */
function measure(lines: readonly number[], limit: number) {
  const width = Math.max(...lines);
  if (width <= limit || (width >= 1 && limit > 0 && limit < 1))
    return { width, height: lines.length };
  return { width: Math.min(width, Math.floor(limit)), height: lines.length };
}

it('frames are those of Yoga', () => {
  fc.assert(
    fc.property(tree, given => {
      expect(framesOf(given, layout)).toEqual(framesOf(given, Yoga));
    }),
    { numRuns: 300 },
  );
});

it('two panes that fill the screen have the frames of Yoga', () => {
  const pane = fc.integer({ min: 1, max: 79 });
  fc.assert(
    fc.property(
      pane,
      fc.array(textTree, { minLength: 1, maxLength: 3 }),
      size,
      (width, texts, height) => {
        const box = { shrink: 1, grow: 0, children: texts };
        const row: Tree = {
          ...{ direction: 'row', height, shrink: 1, grow: 0 },
          children: [
            { ...box, direction: 'column', width },
            { ...box, direction: 'column', width: 80 - width },
          ],
        };
        const screen: Tree = {
          ...box,
          direction: 'column',
          width: 80,
          shrink: 0,
          children: [...texts, row],
        };
        expect(framesOf(screen, layout)).toEqual(framesOf(screen, Yoga));
      },
    ),
    { numRuns: 200 },
  );
});

it('the screen uses nothing of Box that the layout code ignores', () => {
  const known = new Set(['flexDirection', 'flexShrink', 'flexGrow', 'height', 'width', 'key']);
  const directory = join(import.meta.dirname, '../../source/components');
  const used = readdirSync(directory).flatMap(name => {
    const text = readFileSync(join(directory, name), 'utf8');
    return [...text.matchAll(/<Box\b([^>]*)>/g)].flatMap(([, props = '']) =>
      [...props.matchAll(/(\w+)=/g)].map(([, prop = '']) => prop),
    );
  });
  expect(used.length).toBeGreaterThan(3);
  expect(used.filter(prop => !known.has(prop))).toEqual([]);
});

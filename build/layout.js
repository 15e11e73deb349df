/** Replaces yoga-layout in the bundle; see patches/yoga-layout.js. Boxes in rows and columns, of a width and height of
 * their own or of their content's, that grow and shrink, stretched across: what the screen is made of. A box in a row has a
 * width of its own. All else that Yoga can do (margins, wrapping, positions …) is ignored here, and test/core/layout.test.ts fails where the screen uses
 * it. */
const column = 0;
const row = 2;

class LayoutNode {
  children = [];
  direction = column;
  grow = 0;
  shrink = 0;
  width = undefined;
  height = undefined;
  display = 0;
  measure = undefined;
  /** What the last calculateLayout() found: relative to the parent, and sizes in whole cells. */
  frame = { left: 0, top: 0, width: 0, height: 0 };
  /** Contents by the width they were measured for. */
  measured = new Map();
  parent = undefined;

  insertChild(child, index) {
    this.children.splice(index, 0, child);
    child.parent = this;
    this.markDirty();
  }
  removeChild(child) {
    this.children = this.children.filter(each => each !== child);
    child.parent = undefined;
    this.markDirty();
  }
  getChildCount() {
    return this.children.length;
  }
  setMeasureFunc(measure) {
    this.measure = measure;
  }
  unsetMeasureFunc() {
    this.measure = undefined;
  }
  markDirty() {
    for (let node = this; node !== undefined; node = node.parent) node.measured.clear();
  }
  freeRecursive() {
    this.children = [];
  }
  set(name, value) {
    if (this[name] === value) return;
    this[name] = value;
    this.markDirty();
  }
  setFlexDirection(value) {
    this.set('direction', value);
  }
  setFlexGrow(value) {
    this.set('grow', value);
  }
  setFlexShrink(value) {
    this.set('shrink', value);
  }
  setWidth(value) {
    this.set('width', value);
  }
  setWidthAuto() {
    this.set('width', undefined);
  }
  setHeight(value) {
    this.set('height', value);
  }
  setHeightAuto() {
    this.set('height', undefined);
  }
  setDisplay(value) {
    this.set('display', value);
  }
  getDisplay() {
    return this.display;
  }
  getComputedLeft() {
    return this.frame.left;
  }
  getComputedTop() {
    return this.frame.top;
  }
  getComputedWidth() {
    return this.frame.width;
  }
  getComputedHeight() {
    return this.frame.height;
  }
  getComputedPadding() {
    return 0;
  }
  getComputedBorder() {
    return 0;
  }
  calculateLayout() {
    const width = this.width ?? contentOf(this, Number.POSITIVE_INFINITY).width;
    const height = this.height ?? contentOf(this, width).height;
    place(this, { x: 0, y: 0, width, height, left: 0, top: 0 });
  }
}

for (const name of [
  ...[
    'PositionType',
    'Margin',
    'Padding',
    'FlexWrap',
    'FlexBasis',
    'FlexBasisPercent',
    'AlignItems',
    'AlignSelf',
  ],
  ...[
    'JustifyContent',
    'WidthPercent',
    'HeightPercent',
    'MinWidth',
    'MinHeight',
    'MinWidthPercent',
  ],
  ...['MinHeightPercent', 'Border', 'Gap'],
])
  LayoutNode.prototype[`set${name}`] = () => undefined;

/** @param {number} limit the width that is there. @returns the size that a node takes if nothing stretches it. */
function contentOf(node, limit) {
  const width = node.width ?? limit;
  const kept = node.measured.get(width);
  if (kept !== undefined) return kept;
  const size = measuredSize(node, width);
  node.measured.set(width, size);
  return size;
}

function measuredSize(node, limit) {
  const { width, height } = node.measure?.(limit) ?? contentOfBox(node, limit);
  return { width: node.width ?? width, height: node.height ?? height };
}

function contentOfBox(node, limit) {
  const shown = shownOf(node);
  const sizes = shown.map(child => contentOf(child, limit));
  const widths = sizes.map(({ width }) => width);
  if (node.direction !== row)
    return { width: Math.max(0, ...widths), height: sumOf(sizes.map(({ height }) => height)) };
  const shares = sharesOf(shown, node.width ?? sumOf(widths), widths);
  const heights = shown.map((child, index) => contentOf(child, shares[index]).height);
  return { width: sumOf(widths), height: Math.max(0, ...heights) };
}

const shownOf = node => node.children.filter(({ display }) => display === 0);
const sumOf = sizes => sizes.reduce((sum, each) => sum + each, 0);

/** @returns the sizes of children that ask for these, in a space of this size. */
function sharesOf(children, size, bases) {
  const free = size - sumOf(bases);
  const weights = children.map(({ grow, shrink }, index) =>
    free > 0 ? grow : shrink * bases[index],
  );
  const total = sumOf(weights);
  if (free === 0 || total === 0) return bases;
  const parts = free > 0 ? Math.max(1, total) : total;
  return bases.map((base, index) => Math.max(0, base + (free * weights[index]) / parts));
}

/** Gives a node its frame, and its children theirs. x and y are exact, and relative to the root. */
function place(node, { x, y, width, height, left, top }) {
  const isText = node.measure !== undefined;
  const start = isText ? 'floor' : 'round';
  node.frame = {
    left: whole(left, start),
    top: whole(top, start),
    width: whole(x + width, endOf(width, isText)) - whole(x, start),
    height: whole(y + height, endOf(height, isText)) - whole(y, start),
  };
  if (isText) return;
  const shown = shownOf(node);
  const isRow = node.direction === row;
  const bases = shown.map(child =>
    isRow ? contentOf(child, width).width : contentOf(child, child.width ?? width).height,
  );
  const sizes = sharesOf(shown, isRow ? width : height, bases);
  let at = 0;
  for (const [index, child] of shown.entries()) {
    const size = sizes[index];
    const frame = isRow
      ? { x: x + at, y, width: size, height: child.height ?? height, left: at, top: 0 }
      : { x, y: y + at, width: child.width ?? width, height: size, left: 0, top: at };
    place(child, frame);
    at += size;
  }
}

const tolerance = 1e-4;
const isWhole = value => Math.abs(value - Math.round(value)) < tolerance;

/** A text is never cut for a fraction of a cell. */
function endOf(size, isText) {
  if (!isText) return 'round';
  return isWhole(size) ? 'floor' : 'ceil';
}

/** Not negative zero either. */
const whole = (value, how) => (isWhole(value) ? Math.round(value) : Math[how](value)) + 0;

export default {
  Node: { create: () => new LayoutNode() },
  FLEX_DIRECTION_COLUMN: column,
  FLEX_DIRECTION_COLUMN_REVERSE: column,
  FLEX_DIRECTION_ROW: row,
  FLEX_DIRECTION_ROW_REVERSE: row,
  DISPLAY_FLEX: 0,
  DISPLAY_NONE: 1,
};

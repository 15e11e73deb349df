/** The processes of a row as a tree: each once, whatever their parents are. */
import { expect, it } from 'vitest';
import { branchesOf, memberTree } from '../../source/core/rows/tree.ts';
import { rowProcess } from '../fixtures/snapshot.ts';

const tree = (...pairs: readonly (readonly [pid: number, ppid: number])[]) =>
  [...memberTree(pairs.map(([pid, ppid]) => rowProcess(pid, ['x'], { ppid })))].map(
    ([process, level]) => `${' '.repeat(level)}${process.pid}`,
  );

it('children are under their parents, by pid', () => {
  expect(tree([30, 10], [10, 1], [20, 10], [25, 20])).toEqual(['10', ' 20', '  25', ' 30']);
});

it('a process whose parent is not in the row is a root', () => {
  expect(tree([10, 1], [50, 7], [51, 50])).toEqual(['10', '50', ' 51']);
});

it('a cycle and a process that is its own parent are shown once', () => {
  expect(tree([10, 11], [11, 10], [12, 12]).map(Number).sort()).toEqual([10, 11, 12]);
});

it('a chain of thousands is handled', () => {
  const chain = Array.from({ length: 20_000 }, (_, index) => [index + 10, index + 9] as const);
  expect(tree(...chain)).toHaveLength(20_000);
});

it('branches show which items have siblings below', () => {
  expect(branchesOf([0, 1, 2, 2, 1, 2, 0, 1])).toEqual([
    '',
    '├ ',
    '│ ├ ',
    '│ └ ',
    '└ ',
    '  └ ',
    '',
    '└ ',
  ]);
});

it('branches of very deep items stay short', () => {
  const longest = Math.max(...branchesOf([...Array(5000).keys()]).map(each => each.length));
  expect(longest).toBeLessThanOrEqual(40);
});

/** The chosen columns: on the command line and in the menu. */
import { expect, it } from 'vitest';
import { settledOptions } from '../../source/cli/arguments/settled-options.ts';
import { standardColumns } from '../../source/core/rows/columns.ts';
import {
  chosenColumns,
  columnMenuOf,
  movedColumn,
  toggledColumn,
} from '../../source/screen/state/column-menu.ts';
import { defaultView } from '../fixtures/nothing.ts';

const menuOf = (...columns: typeof standardColumns) => columnMenuOf({ ...defaultView, columns });
const optionOf = (columns: string) => {
  const options = settledOptions(new Map([['columns', columns]]), {}, () => ({
    ok: true,
    value: undefined,
  }));
  return options.ok ? options.value.view.columns : options.reason;
};

it('of the command line are each shown once, in the order given', () => {
  expect(optionOf('pid,agent,CPU%,pid')).toEqual(['pid', 'agent', 'cpu']);
  expect(optionOf('pid,size')).toMatch(/^--columns: unknown column "size"/);
});

it('begin in the order of the table, with what is not shown after them', () => {
  const { entries, index } = menuOf('agent', 'model');
  expect(entries.slice(0, 3)).toEqual([
    { name: 'agent', isShown: true },
    { name: 'model', isShown: true },
    { name: 'class', isShown: false },
  ]);
  expect(index).toBe(0);
});

it('are shown, hidden and moved, but the agent stays', () => {
  const menu = menuOf('agent', 'pid', 'model');
  expect(chosenColumns(toggledColumn(menu))).toEqual(['agent', 'pid', 'model']);
  expect(chosenColumns(toggledColumn({ ...menu, index: 1 }))).toEqual(['agent', 'model']);
  const moved = movedColumn({ ...menu, index: 1 }, 1);
  expect([chosenColumns(moved), moved.index]).toEqual([['agent', 'model', 'pid'], 2]);
  expect(movedColumn(menu, -1)).toEqual(menu);
});

it('are the standard ones again once they say the same', () => {
  expect(chosenColumns(columnMenuOf(defaultView))).toBe(undefined);
  const menu = menuOf(...standardColumns);
  expect(chosenColumns(toggledColumn(toggledColumn(menu)))).toBe(undefined);
});

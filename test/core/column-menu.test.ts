/** The chosen columns: on the command line and in the menu. */
import { expect, it } from 'vitest';
import { settledOptions } from '../../source/cli/arguments/settled-options.ts';
import { standardColumns, standardColumnsFor } from '../../source/core/rows/columns.ts';
import {
  type ColumnMenu,
  chosenColumns,
  columnMenuOf,
  movedColumn,
  toggledColumn,
} from '../../source/screen/state/column-menu.ts';

const menuOf = (...columns: typeof standardColumns) => columnMenuOf(columns);
const chosen = (menu: ColumnMenu) => chosenColumns(menu, standardColumns);
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
  expect(chosen(toggledColumn(menu))).toEqual(['agent', 'pid', 'model']);
  expect(chosen(toggledColumn({ ...menu, index: 1 }))).toEqual(['agent', 'model']);
  const moved = movedColumn({ ...menu, index: 1 }, 1);
  expect([chosen(moved), moved.index]).toEqual([['agent', 'model', 'pid'], 2]);
  expect(movedColumn(menu, -1)).toEqual(menu);
});

it('are the standard ones again once they say the same', () => {
  expect(chosen(columnMenuOf(standardColumns))).toBe(undefined);
  const menu = menuOf(...standardColumns);
  expect(chosen(toggledColumn(toggledColumn(menu)))).toBe(undefined);
});

it('with several workspaces have the workspace as standard', () => {
  const standard = standardColumnsFor({
    workspaces: ['/a/.agent-workspace', '/b/.agent-workspace'],
  });
  expect(standard.filter(name => !standardColumns.includes(name))).toEqual(['workspace']);
  const menu = columnMenuOf(standard);
  expect(chosenColumns(menu, standard)).toBe(undefined);
  const at = standard.indexOf('workspace');
  expect(chosenColumns(toggledColumn({ ...menu, index: at }), standard)).toEqual(standardColumns);
});

/** Content of frames after given events; whole frames are in views.test.tsx. */

import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import type { Size } from '../../source/components/frame.ts';
import { layoutOf } from '../../source/components/layout.ts';
import { Screen } from '../../source/components/screen.tsx';
import type { Row, Snapshot } from '../../source/core/model/model.ts';
import type { SortColumn } from '../../source/core/rows/describe.ts';
import { bindings, bindingsWith } from '../../source/screen/input/keys.ts';
import type { Action } from '../../source/screen/state/actions.ts';
import type { Event } from '../../source/screen/state/events.ts';
import { initialState, type State } from '../../source/screen/state/state.ts';
import { endPlan, endTarget } from '../fixtures/end-plan.ts';
import { polledWith } from '../fixtures/fleet.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { reconcilePlan } from '../fixtures/reconcile-plan.ts';
import { agentRow, snapshotOf } from '../fixtures/snapshot.ts';
import { acted, applied, armed, fitted, staged } from '../fixtures/states.ts';

const paint = { charset: 'unicode', colors: false, theme: 'default' } as const;
const footerKeys = [
  { shown: '?', word: 'help' },
  { shown: 'q', word: 'quit' },
];

let unmount: (() => void) | undefined;
afterEach(() => unmount?.());

function stateAfter(snapshot: Snapshot | undefined, size: Size, ...actions: Action[]): State {
  let state = initialState(defaultView, 2000, false);
  if (snapshot !== undefined) state = applied(state, { kind: 'polled', snapshot });
  return actions.reduce(
    (each, action) => armed(fitted(acted(each, action), size)),
    fitted(state, size),
  );
}

function frameOf(state: State, size: Size, charset: 'unicode' | 'ascii' = 'unicode'): string {
  const app = render(
    <Screen
      state={state}
      layout={layoutOf(state, size, charset, bindings)}
      paint={{ ...paint, charset }}
      footerKeys={footerKeys}
    />,
  );
  unmount = app.unmount;
  return stripVTControlCharacters(app.lastFrame() ?? '');
}

describe('the screen', () => {
  it('draws its help from the key table', () => {
    const size = { columns: 80, rows: 80 };
    const frame = frameOf(stateAfter(snapshotOf(), size, { kind: 'help' }), size);
    for (const { does } of bindings) expect(frame).toContain(does);
    expect(frame).not.toContain('more');
  });

  it('shows how much of the help follows, until its end is reached', () => {
    const size = { columns: 80, rows: 24 };
    const open = stateAfter(snapshotOf(), size, { kind: 'help' });
    expect(frameOf(open, size)).toMatch(/↓ \d+ more$/);
    const end = frameOf(acted(open, { kind: 'jump', to: 'last' }), size);
    expect(end).not.toMatch(/↓ \d+ more/);
    expect(end).toContain('daemons that agents share');
  });

  it('lists the user’s own commands in the help and the command list', () => {
    const size = { columns: 120, rows: 50 };
    const own = { key: 'D', title: 'git diff', argv: ['git'], where: 'terminal' } as const;
    const table = bindingsWith([{ ...own, readOnly: false }]);
    const frameWith = (...actions: Action[]) => {
      const state = stateAfter(snapshotOf(), size, ...actions);
      const layout = layoutOf(state, size, 'unicode', table);
      const app = render(<Screen {...{ state, layout, paint, footerKeys }} />);
      unmount = app.unmount;
      return stripVTControlCharacters(app.lastFrame() ?? '');
    };
    expect(frameWith({ kind: 'help' })).toMatch(/^ {2}D +git diff/m);
    expect(frameWith({ kind: 'palette' }, { kind: 'type', text: 'diff' })).toMatch(
      /^> D +git diff$/m,
    );
  });

  it('draws its help in two columns or three where there is room', () => {
    const helpAt = (columns: number) => {
      const size = { columns, rows: 50 };
      return frameOf(stateAfter(snapshotOf(), size, { kind: 'help' }), size).split('\n');
    };
    const [narrow, two, three] = [helpAt(80), helpAt(100), helpAt(240)];
    const lineOf = (frame: readonly string[]) => frame.find(line => line.includes('end gracef'));
    expect(lineOf(narrow)).toMatch(/^ {2}x F9 +end gracefully \(shows the plan first\)$/);
    expect(lineOf(two)).toMatch(/end gracefully \(shows the plan {3,}\S.* {2,}\w/);
    expect(lineOf(three)?.trim().split(/ {4,}/).length).toBeGreaterThanOrEqual(3);
    for (const frame of [two, three]) {
      expect(frame.at(-1)).not.toContain('more');
      expect(frame.join(' ')).toContain('daemons that agents share');
    }
  });

  it('shows a chosen column of machines only where there are several', () => {
    const size = { columns: 100, rows: 24 };
    const view = { ...defaultView, columns: ['class', 'agent', 'host', 'pid'] as const };
    const shown = (event: Event) =>
      frameOf(fitted(applied(initialState(view, 2000, false), event), size), size);
    expect(shown(polledWith())).toMatch(/CLASS +AGENT +HOST +PID/);
    expect(shown({ kind: 'polled', snapshot: snapshotOf() })).toMatch(/CLASS +AGENT +PID/);
  });

  it('shows the filter while it is typed', () => {
    const size = { columns: 80, rows: 24 };
    const state = stateAfter(
      snapshotOf(),
      size,
      { kind: 'filter' },
      { kind: 'type', text: 'leak' },
    );
    const frame = frameOf(state, size);
    expect(frame).toContain('filter: leak_');
    expect(frame).toContain('> undead');
    expect(frame).not.toContain('ghostly_fixer');
  });

  it('shows what is typed also while there is a notice, which then stands above the table', () => {
    const size = { columns: 80, rows: 24 };
    const dialog = { plan: endPlan, resumed: new Set<number>() };
    const table = stateAfter(snapshotOf(), size);
    const [log, search] = [{ kind: 'log' }, { kind: 'filter' }] as const;
    const typing = stateAfter(snapshotOf(), size, log, search, { kind: 'type', text: 'err' });
    const menu = acted(applied(table, { kind: 'signal planned', ...dialog }), {
      kind: 'type',
      text: '1',
    });
    for (const [state, typed] of [
      [typing, 'search: err_'],
      [menu, 'Signal: 1_'],
    ] as const) {
      const noticed = applied(state, { kind: 'noticed', notice: 'swept', at: 0 });
      const lines = frameOf(fitted(noticed, size), size).split('\n');
      expect(lines.at(-1)).toContain(typed);
      expect(lines.slice(0, 3)).toContain('swept');
    }
  });

  it('names the classes that it was started with, also where no row is of them', () => {
    const size = { columns: 100, rows: 24 };
    const view = { ...defaultView, classes: ['husk'] as const };
    const [ghost] = snapshotOf().rows.filter(row => row.class === 'ghost');
    const snapshot = snapshotOf(ghost === undefined ? [] : [ghost]);
    const state = applied(initialState(view, 2000, false), { kind: 'polled', snapshot });
    const all = frameOf(fitted(state, size), size);
    expect(all).toContain(' class: husk ');
    expect(all).toContain('no rows of class husk (--class)\n');
    const ghosts = frameOf(fitted(acted(state, { kind: 'tab', tab: 'Ghosts' }), size), size);
    expect(ghosts).toContain('no rows of class husk (--class) on this tab');
  });

  it('says which way a column is sorted', () => {
    const size = { columns: 100, rows: 24 };
    const sortedBy = (column: SortColumn) =>
      frameOf(stateAfter(snapshotOf(), size, { kind: 'sort', column }), size);
    expect(sortedBy('project')).toContain('sort: project ▲');
    expect(sortedBy('mem')).toContain('sort: mem ▼');
  });

  describe('with a filter that is wrong, or that nothing matches', () => {
    const size = { columns: 80, rows: 24 };
    const typed = (text: string, ...more: Action[]) =>
      frameOf(
        stateAfter(snapshotOf(), size, { kind: 'filter' }, { kind: 'type', text }, ...more),
        size,
      );
    const lastLine = (frame: string) => frame.split('\n').at(-1);

    it('says what is wrong until it is mended, also after Enter, and hides nothing', () => {
      const fault = 'unknown field "clas" (did you mean class:ghost?)';
      const typing = typed('clas:ghost');
      expect(lastLine(typing)).toBe(`filter: clas:ghost_  ${fault}`);
      expect(typing).toContain('> live');
      const accepted = typed('clas:ghost', { kind: 'accept' });
      expect(accepted).toBe(typing);
      const cleared = typed('clas:ghost', { kind: 'accept' }, { kind: 'back' });
      expect(lastLine(cleared)).toContain('? help  q quit');
    });

    it('suggests the class that the typed one begins, and shows its rows', () => {
      const frame = typed('class:zombi');
      expect(lastLine(frame)).toBe(
        'filter: class:zombi_  unknown class "zombi" (did you mean class:zombie?)',
      );
      expect(frame).toContain('> zombie');
      expect(frame).not.toContain('ghostly_fixer');
      expect(lastLine(typed('class:zombie'))).toContain('Enter keeps it, Esc clears it');
    });

    it('shows the end of a long filter beside what is wrong with it', () => {
      const line = lastLine(typed(`${'live|'.repeat(20)}mem>`));
      expect(line).toMatch(
        /^filter: ….*live\|mem>_ {2}missing value in "mem>" \(for example mem>500M\)$/,
      );
      expect(line).toHaveLength(80);
    });

    it('says that no row matches', () => {
      const none = 'no rows match the filter (Esc clears it)';
      expect(typed('nothing like it')).toContain(none);
      expect(typed('nothing like it', { kind: 'accept' })).toContain(none);
      expect(typed('class:live class:ghost', { kind: 'accept' })).toContain(none);
    });

    it('says that ports are read, until they are', () => {
      const [first, ...others] = snapshotOf().rows;
      const state = stateAfter(
        snapshotOf(),
        size,
        { kind: 'filter' },
        { kind: 'type', text: 'port:3000' },
      );
      expect(frameOf(state, size)).toContain('reading the ports of all processes');
      const withPorts = (ports: readonly number[]) =>
        applied(state, {
          kind: 'polled',
          snapshot: snapshotOf([{ ...(first as Row), ports }, ...others]),
        });
      expect(frameOf(withPorts([3000]), size)).toContain('code_auditor');
      expect(frameOf(withPorts([3001]), size)).toContain('no rows match the filter');
    });
  });

  it('uses only ASCII if required', () => {
    const size = { columns: 140, rows: 40 };
    expect(frameOf(stateAfter(snapshotOf(), size), size, 'ascii')).toMatch(/^[ -~\n]*$/);
  });

  it('has room for what a problem needs in ASCII, where its characters are escapes', () => {
    const size = { columns: 80, rows: 24 };
    const message = `cannot read /home/${'é'.repeat(30)}/registry: permission denied`;
    const problems = [{ source: 'registry', message, unread: true }] as const;
    const frame = frameOf(stateAfter(snapshotOf(undefined, { problems }), size), size, 'ascii');
    expect(frame).toContain('permission denied');
    expect(frameOf(stateAfter(snapshotOf(undefined, { problems }), size), size)).toContain(message);
  });

  it('is never as high as the terminal nor wider than it', () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      agentRow(`agent-${index}`, 'working', { class: 'ghost' }),
    );
    const problems = [{ source: 'tmux' as const, message: 'x'.repeat(300), unread: true }];
    for (let rows = 1; rows <= 30; rows++)
      for (const columns of [1, 5, 20, 40, 80, 200]) {
        const size = { columns, rows };
        const lines = frameOf(stateAfter(snapshotOf(many, { problems }), size), size).split('\n');
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(columns, 1));
        unmount?.();
      }
  });

  it('scrolls its window with the cursor over hundreds of rows', () => {
    const size = { columns: 80, rows: 24 };
    const many = Array.from({ length: 300 }, (_, index) =>
      agentRow(`agent-${String(index).padStart(3, '0')}`, 'working', { class: 'ghost' }),
    );
    const end = frameOf(stateAfter(snapshotOf(many), size, { kind: 'jump', to: 'last' }), size);
    expect(end).toMatch(/> ghost +agent-299/);
    expect(end).toContain('300 of 300');
    expect(end).not.toContain('agent-100');
  });

  describe('confirms before changing registries', () => {
    const size = { columns: 80, rows: 24 };
    const opened = (readOnly = false) => {
      const state = applied(initialState(defaultView, 2000, readOnly), {
        kind: 'polled',
        snapshot: snapshotOf(),
        deadEntries: 1,
      });
      return acted(fitted(state, size), { kind: 'reconcile' });
    };
    const previewed = () =>
      armed(
        applied(opened(), {
          kind: 'reconcile previewed',
          found: { kind: 'planned', plan: reconcilePlan },
        }),
      );

    it('while polling, and why nothing is changed', () => {
      expect(frameOf(opened(), size)).toContain('checking twice');
      const found = { kind: 'unreadable', reasons: ['tmux socket default: no answer'] } as const;
      const refused = applied(opened(), { kind: 'reconcile previewed', found });
      expect(frameOf(refused, size)).toContain(
        'Nothing was changed \ntmux socket default: no answer',
      );
      expect(frameOf(opened(true), size)).toContain('Read-only mode: this key is disabled');
    });

    it('and reports that it is changing them', () => {
      const confirmed = applied(previewed(), { kind: 'requested', action: { kind: 'confirm' } });
      expect(frameOf(confirmed, size)).toContain('updating the registries');
    });
  });

  it('shows what a plan frees in total, and offers confirmation once it was readable', () => {
    const size = { columns: 80, rows: 24 };
    const members = endTarget.members.map(each => ({ ...each, pid: each.pid + 1000 }));
    const other = { ...endTarget, members, ports: { known: [3000], unknownOf: [4121] } };
    const plan = { ...endPlan, targets: [...endPlan.targets, other] };
    const dialog = { kind: 'end', plan, force: false } as const;
    const state = applied(stateAfter(snapshotOf(), size), { kind: 'opened', dialog });
    expect(frameOf(state, size)).not.toContain('y: SIGTERM');
    expect(frameOf(armed(state), size)).toContain(
      'total  frees 420M, 24.6% CPU, ports 3000 8080, ports of 1 process unknown',
    );
  });

  it('counts a termination down in its row, and marks tagged rows', () => {
    const size = { columns: 200, rows: 50 };
    const snapshot = snapshotOf();
    const key = snapshot.rows[0]?.key ?? '';
    const stage = { stage: 'terminating', attempt: 2, of: 3, deadline: 700 } as const;
    const tagged = stateAfter(snapshot, size, { kind: 'tag' });
    const state = applied(tagged, staged(key, stage, snapshot.takenAt + 200));
    const frame = frameOf(state, size);
    expect(frame).toContain('terminating 2/3 0.7s');
    expect(frame).toMatch(/^\* {2}ending/m);
  });

  it('marks cursor and tags in columns of their own, apart from the text', () => {
    const size = { columns: 80, rows: 24 };
    const both = frameOf(stateAfter(snapshotOf(), size, { kind: 'tag family' }), size);
    expect(both).toMatch(/^\*> live/m);
    expect(both).toContain('1 tagged');
  });
});

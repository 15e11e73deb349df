/** Whole frames as text, at the sizes people have. */

import { render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import { frameFor, type Size } from '../../source/components/frame.ts';
import { Screen } from '../../source/components/screen.tsx';
import type { Intent } from '../../source/core/intents.ts';
import type { Snapshot } from '../../source/core/model.ts';
import { reduce } from '../../source/core/reduce.ts';
import { initialState, type State } from '../../source/core/state.ts';
import type { EndTarget } from '../../source/core/termination/target.ts';
import { bindings } from '../../source/keys.ts';
import { armed } from '../fixtures/armed.ts';
import { because } from '../fixtures/evidence.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { reconcilePlan } from '../fixtures/reconcile-plan.ts';
import { agentRow, snapshotOf } from '../fixtures/snapshot.ts';

const paint = { charset: 'unicode', colors: false, theme: 'default' } as const;
const footerKeys = [
  { shown: '?', word: 'help' },
  { shown: 'q', word: 'quit' },
];

let unmount: (() => void) | undefined;
afterEach(() => unmount?.());

function stateAfter(snapshot: Snapshot | undefined, size: Size, ...intents: Intent[]): State {
  let state = initialState(defaultView, 2000, false);
  if (snapshot !== undefined) state = reduce(state, { kind: 'looked', snapshot });
  state = reduce(state, { kind: 'resized', windowRows: frameFor(state, size).body });
  for (const intent of intents)
    state = armed(reduce(state, { kind: 'intended', intent, overlayLines: 100 }));
  return state;
}

function frameOf(state: State, size: Size, charset: 'unicode' | 'ascii' = 'unicode'): string {
  const app = render(
    <Screen
      state={state}
      size={size}
      paint={{ ...paint, charset }}
      footerKeys={footerKeys}
      help={bindings}
    />,
  );
  unmount = app.unmount;
  return app.lastFrame() ?? '';
}

const sizes: readonly Size[] = [
  { columns: 80, rows: 24 },
  { columns: 140, rows: 40 },
  { columns: 40, rows: 10 },
];

describe('the screen', () => {
  for (const size of sizes)
    it(`shows every class at ${size.columns}×${size.rows}`, () => {
      expect(frameOf(stateAfter(snapshotOf(), size), size)).toMatchSnapshot();
    });

  it('shows what it waits for before the first look', () => {
    const size = { columns: 80, rows: 24 };
    expect(frameOf(stateAfter(undefined, size), size)).toMatchSnapshot();
  });

  it('shows problems without losing the table', () => {
    const size = { columns: 80, rows: 24 };
    const problems = ['tmux socket default: no answer within 2 s', 'a', 'b', 'c', 'd'].map(
      message => ({
        source: 'tmux' as const,
        message,
        unread: true,
      }),
    );
    expect(frameOf(stateAfter(snapshotOf(undefined, { problems }), size), size)).toMatchSnapshot();
  });

  it('explains the row under the cursor', () => {
    const size = { columns: 80, rows: 24 };
    expect(frameOf(stateAfter(snapshotOf(), size, { kind: 'detail' }), size)).toMatchSnapshot();
  });

  it('draws its help from the key table', () => {
    const size = { columns: 80, rows: 60 };
    const frame = frameOf(stateAfter(snapshotOf(), size, { kind: 'help' }), size);
    for (const { does } of bindings) expect(frame).toContain(does);
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

  it('keeps to ASCII where it has to', () => {
    const size = { columns: 140, rows: 40 };
    expect(frameOf(stateAfter(snapshotOf(), size), size, 'ascii')).toMatch(/^[ -~\n]*$/);
  });

  it('never grows as high as the terminal nor wider than it', () => {
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
    expect(end).toContain('> ghost   agent-299');
    expect(end).toContain('300/300');
    expect(end).not.toContain('agent-100');
  });

  describe('asks before it changes registries', () => {
    const size = { columns: 80, rows: 24 };
    const opened = (readOnly = false) => {
      let state = reduce(initialState(defaultView, 2000, readOnly), {
        kind: 'looked',
        snapshot: snapshotOf(),
      });
      state = reduce(state, { kind: 'resized', windowRows: frameFor(state, size).body });
      state = reduce(state, { kind: 'checked', drift: '1 to close' });
      return reduce(state, { kind: 'intended', intent: { kind: 'reconcile' } });
    };
    const previewed = () =>
      armed(
        reduce(opened(), { kind: 'surveyed', survey: { kind: 'planned', plan: reconcilePlan } }),
      );

    for (const columns of [80, 40, 140])
      it(`with what would change and a Cancel that is chosen, at ${columns} columns`, () => {
        const place = { columns, rows: columns === 40 ? 10 : 24 };
        expect(frameOf(previewed(), place)).toMatchSnapshot();
      });

    it('while it looks, and why nothing is changed', () => {
      expect(frameOf(opened(), size)).toContain('looking twice');
      const survey = { kind: 'unreadable', reasons: ['tmux socket default: no answer'] } as const;
      const refused = reduce(opened(), { kind: 'surveyed', survey });
      expect(frameOf(refused, size)).toMatchSnapshot();
      expect(frameOf(opened(true), size)).toContain('--read-only: no key changes anything');
    });

    it('and tells what came of it', () => {
      const confirmed = reduce(previewed(), { kind: 'intended', intent: { kind: 'confirm' } });
      expect(frameOf(confirmed, size)).toContain('changing the registries');
      const report = {
        outcomes: reconcilePlan.places.flatMap(place =>
          place.changes.map(change => ({ change, left: 'it is completed by now' })),
        ),
        failures: [{ path: '/w/x.json', reason: 'lock busy: held by pid 12 (python3)' }],
        written: ['/w/.agent-workspace/TASK-1/AGENT_REGISTRY.json'],
        backups: ['/w/.agent-workspace/registry/backups/x'],
        durationMs: 61,
      };
      expect(frameOf(reduce(confirmed, { kind: 'reconciled', report }), size)).toMatchSnapshot();
    });
  });

  it('shows the plan of an ending, with what is spared and why', () => {
    const size = { columns: 80, rows: 24 };
    const member = { pid: 4121, start: '1', startedAt: 0, ppid: 4119, sid: 4120, uid: 1000 };
    const target: EndTarget = {
      key: 'agent:fixer-1',
      agentId: 'fixer-1',
      class: 'live',
      isNamed: true,
      session: {
        socketPath: '/tmp/s',
        serverPid: 9,
        id: '$7',
        name: 'agent_fixer-1',
        createdAt: 0,
      },
      members: [{ ...member, command: 'claude --print', reason: because('pane process') }],
      spared: [
        {
          pid: 77,
          command: 'ssh-agent',
          reason: { kind: 'infrastructure', text: 'part of the system' },
        },
      ],
      marks: { panes: new Set(), uids: new Set() },
      rssBytes: 220_200_960,
      cpuPercent: 12.3,
      ports: { known: [3000, 8080], unknownOf: [] },
    };
    const refused: EndTarget = {
      ...target,
      key: 'x',
      agentId: 'own-1',
      members: [],
      refused: { kind: 'self', text: 'vigil runs in it' },
    };
    const other = {
      ...target,
      agentId: 'fixer-2',
      ports: { known: [3000], unknownOf: [4121] },
    };
    const plan = { targets: [target, other, refused], registries: [], spare: () => undefined };
    let state = stateAfter(snapshotOf(), size);
    state = reduce(state, { kind: 'opened', dialog: { kind: 'end', plan, force: false } });
    // The way ahead is offered once the plan can have been read.
    expect(frameOf(state, size)).not.toContain('y: SIGTERM');
    expect(frameOf(armed(state), size)).toMatchSnapshot();
    state = reduce(state, { kind: 'opened', dialog: { kind: 'quit', endings: 2 } });
    expect(frameOf(state, size)).toContain('2 endings are under way');
  });

  it('counts an ending down in its row, and marks tagged rows', () => {
    const size = { columns: 140, rows: 40 };
    const snapshot = snapshotOf();
    const key = snapshot.rows[0]?.key ?? '';
    let state = stateAfter(snapshot, size, { kind: 'tag' });
    const escalation = {
      stage: 'terminating',
      attempt: 2,
      of: 3,
      deadline: snapshot.takenAt + 900,
    };
    const at = snapshot.takenAt + 200;
    state = reduce(state, { kind: 'ending', endings: new Map([[key, escalation]]), at });
    const frame = frameOf(state, size);
    expect(frame).toContain('terminating 2/3 0.7s');
    expect(frame).toMatch(/^\* {2}live/m);
  });

  it('marks cursor and tags in columns of their own, apart from the text', () => {
    const size = { columns: 80, rows: 24 };
    const down: Intent = { kind: 'move', by: 1 };
    expect(frameOf(stateAfter(snapshotOf(), size, { kind: 'tag' }, down), size)).toMatchSnapshot();
    const both = frameOf(stateAfter(snapshotOf(), size, { kind: 'tag family' }), size);
    expect(both).toMatch(/^\*> live/m);
    expect(both).toContain('1 tagged');
  });
});

/** Processes of real agent programs (Claude Code 2.1 and 1.0, Codex 0.169, Gemini, Qwen, OpenCode, Copilot, Cline;
 * November 2026) in 21 scenes: which rows they become. The scenes have neither registries nor records, and nothing
 * in their open files tells. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classify } from '../../source/core/inventory/classify.ts';
import { emptyMemory } from '../../source/core/inventory/memory.ts';
import type { Probe } from '../../source/core/inventory/scene.ts';
import type { Pane, Process } from '../../source/core/model/model.ts';
import { labelOf } from '../../source/core/rows/describe.ts';
import { parseTmux } from '../../source/host/processes/tmux-variable.ts';
import { inventory, knowledge, long, pane, process } from '../helpers/inventory.ts';
import { marked, opened } from '../helpers/observation.ts';

type Shape = readonly [
  pid: number,
  ppid: number,
  pgid: number,
  sid: number,
  tty: number,
  name: string,
  argv: readonly string[],
  marks: Readonly<Record<string, string>>,
];

const scenes = JSON.parse(
  readFileSync(new URL('../fixtures/real-shapes.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, readonly Shape[]>>;

/** Pids of the scenes are small: those of vigil's world are not. */
const offset = 10_000;

/** One pane per child of the tmux server that has a terminal. */
function panesOf(processes: readonly Process[], shapes: readonly Shape[]): Pane[] {
  const server = processes.find(({ name }) => name.startsWith('tmux: server'));
  if (server === undefined) return [];
  return processes
    .filter(({ ppid, tty }) => ppid === server.pid && tty !== 0)
    .map((root, index) => {
      const own = shapes.find(([pid]) => pid + offset === root.pid)?.[7];
      const inside = shapes.find(([pid, , , sid]) => sid + offset === root.pid && pid !== root.pid);
      const paneId = own?.TMUX_PANE ?? inside?.[7].TMUX_PANE ?? `%${index}`;
      return pane(`s${index}`, root.pid, { serverPid: server.pid, paneId });
    });
}

/** Readable, without anything that tells. */
const nothingOpen: Probe = processes => new Map(processes.map(({ pid }) => [pid, opened()]));

function rowsOf(shapes: readonly Shape[]): string[] {
  const at = (pid: number) => (pid <= 1 ? pid : pid + offset);
  const processes = shapes.map(([pid, ppid, pgid, sid, tty, name, argv]) =>
    process(at(pid), at(ppid), '', {
      ...{ name, argv, pgid: at(pgid), sid: at(sid), tty },
      startedAt: long + pid,
    }),
  );
  const origins = Object.fromEntries(
    shapes.map(([pid, , , , , , , { TMUX, TMUX_PANE, VIGIL_AGENT, ...marks }]) => {
      const tmux = parseTmux(TMUX);
      // Pids in the marks are those of the scene.
      const moved = Object.entries(marks).map(([name, value]) =>
        name.endsWith('_PID') ? [name, String(at(Number(value)))] : [name, value],
      );
      return [
        at(pid),
        marked(Object.fromEntries(moved), {
          tmux: tmux && { ...tmux, serverPid: at(tmux.serverPid) },
          tmuxPane: TMUX_PANE,
          agentMark: VIGIL_AGENT,
        }),
      ];
    }),
  );
  const panes = panesOf(processes, shapes);
  const given = inventory({ processes, panes, origins: { ...origins, 1: {} } });
  return classify(given, emptyMemory, knowledge, nothingOpen).snapshot.rows.map(row => {
    const members = row.processes.map(({ role, name }) => `${role} ${name}`).join(', ');
    const words = [row.class, row.confidence ?? '', row.program ?? '–', `"${labelOf(row)}"`];
    return `${words.filter(Boolean).join(' ')}: ${members}`;
  });
}

describe.each(Object.entries(scenes))('%s', (_name, shapes) => {
  it('becomes these rows', () => {
    expect(rowsOf(shapes).join('\n')).toMatchSnapshot();
  });
});

/** The fields of filter terms, and what their values mean. Pure. */
import { type Row, rowClasses } from '../model/model.ts';
import { similarWord } from '../model/similar.ts';
import { commandOf } from '../programs/process-name.ts';
import { projectOf } from './project-of.ts';
import { comparisons, percentage, type Quantity, quantityIn, size, time } from './quantities.ts';
import { workspaceNameOf } from './workspace-names.ts';

/** What a term requires of a row. */
export type Meaning = {
  /** What is wrong with it, and what would be right. */
  readonly fault?: string;
  /** Undefined where nothing can be required: such a term hides nothing.
   * @param now reference time for ages, epoch milliseconds. */
  readonly isMet?: (row: Row, now: number) => boolean;
};

export type FilterField = {
  /** For completions. */
  readonly does: string;
  /** A term with it. */
  readonly example: string;
  /** Compared with `<` and `>`; the others take `:`. */
  readonly isMeasure: boolean;
  /** Possible values, if they are few. */
  readonly known?: readonly string[];
  /** @param values at least one, in lower case. */
  read(values: readonly string[], sign: string): Meaning;
};

type Described = Pick<FilterField, 'does' | 'example'>;

/** A part of a text; a list matches any of its values. */
function text(
  described: Described,
  textsOf: (row: Row) => readonly (string | undefined)[],
): FilterField {
  return {
    ...described,
    isMeasure: false,
    read: values => ({
      isMet: row =>
        textsOf(row).some(each => {
          const lower = each?.toLowerCase();
          return lower !== undefined && values.some(value => lower.includes(value));
        }),
    }),
  };
}

/** A whole number. */
function number(
  { what, ...described }: Described & { readonly what: string },
  numbersOf: (row: Row) => readonly number[],
): FilterField {
  return {
    ...described,
    isMeasure: false,
    read(values) {
      const wrong = values.find(value => !/^\d+$/.test(value));
      if (wrong !== undefined) return { fault: unreadable(wrong, what, described.example) };
      const wanted = new Set(values.map(Number));
      return { isMet: row => numbersOf(row).some(each => wanted.has(each)) };
    },
  };
}

function measure(
  quantity: Quantity,
  described: Described,
  amountOf: (row: Row, now: number) => number | undefined,
): FilterField {
  return {
    ...described,
    isMeasure: true,
    read(values, sign) {
      const value = values.join(',');
      const bound = quantityIn(value, quantity);
      const compare = comparisons.get(sign);
      if (bound === undefined || compare === undefined)
        return { fault: unreadable(value, quantity.what, described.example) };
      return {
        isMet(row, now) {
          const amount = amountOf(row, now);
          return amount !== undefined && compare(amount, bound);
        },
      };
    },
  };
}

function unreadable(value: string, what: string, example: string): string {
  return `cannot read "${value}" as a ${what} (for example ${example})`;
}

/** The start of a class already narrows the rows while it is typed. */
function readClasses(values: readonly string[]): Meaning {
  const unknown = values.find(value => !rowClasses.some(name => name === value));
  const chosen = rowClasses.filter(name =>
    values.some(value => (value === unknown ? name.startsWith(value) : name === value)),
  );
  const isMet = chosen.length > 0 ? (row: Row) => chosen.includes(row.class) : undefined;
  if (unknown === undefined) return { isMet };
  const similar = similarWord(unknown, rowClasses);
  const hint =
    similar === undefined ? `use ${rowClasses.join(', ')}` : didYouMean('class', similar);
  return { fault: `unknown class "${unknown}" (${hint})`, isMet };
}

function didYouMean(name: string, value: string): string {
  return `did you mean ${name}:${value}?`;
}

function since(at: number | undefined, now: number): number | undefined {
  return at === undefined ? undefined : now - at;
}

/** By name, as completions list them. */
export const filterFields: ReadonlyMap<string, FilterField> = new Map(
  Object.entries({
    class: {
      does: 'class of the row',
      example: 'class:ghost',
      isMeasure: false,
      known: rowClasses,
      read: readClasses,
    },
    agent: text({ does: 'agent id', example: 'agent:auditor' }, row => [row.agentId]),
    type: text({ does: 'type of the agent', example: 'type:claude' }, row => [row.type]),
    task: text({ does: 'task id', example: 'task:TASK-1' }, row => [row.task]),
    host: text({ does: 'machine, as --host names it', example: 'host:devbox' }, row => [
      row.far?.host,
    ]),
    workspace: text({ does: 'workspace that records it', example: 'workspace:app' }, row => [
      workspaceNameOf(row),
      row.workspace,
    ]),
    parent: text({ does: 'id of the parent agent', example: 'parent:orchestrator' }, row => [
      row.parent,
    ]),
    status: text({ does: 'recorded status', example: 'status:blocked' }, row => [row.status]),
    session: text({ does: 'tmux session', example: 'session:agent_' }, row => [row.session?.name]),
    project: text({ does: 'last part of the directory', example: 'project:app' }, row => [
      projectOf(row),
    ]),
    cwd: text({ does: 'working directory', example: 'cwd:/home' }, row => [row.cwd]),
    cmd: text({ does: 'command of any of its processes', example: 'cmd:playwright' }, row =>
      row.processes.map(commandOf),
    ),
    pid: number(
      { what: 'process id', does: 'process id of any of its processes', example: 'pid:4246' },
      row => row.processes.map(each => each.pid),
    ),
    port: number(
      { what: 'port', does: 'TCP port that it listens on', example: 'port:3000' },
      row => row.ports ?? [],
    ),
    mem: measure(size, { does: 'memory', example: 'mem>500M' }, row => row.rssBytes),
    cpu: measure(percentage, { does: 'CPU in percent', example: 'cpu>50' }, row => row.cpuPercent),
    up: measure(time, { does: 'time since its start, as in UP', example: 'up>1m' }, (row, now) =>
      row.processes.length === 0 ? undefined : since(row.startedAt, now),
    ),
    age: measure(
      time,
      { does: 'time since its start, also of what has ended', example: 'age>90m' },
      (row, now) => since(row.startedAt, now),
    ),
    idle: measure(time, { does: 'time since its last activity', example: 'idle>10m' }, (row, now) =>
      since(row.lastActivityAt, now),
    ),
    progress: measure(
      percentage,
      { does: 'progress in percent', example: 'progress<100' },
      row => row.progress,
    ),
  }),
);

/** `vigil list --host`: the rows of several machines as one table or one document. */
import type { Snapshot } from '../../core/model/model.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { standardColumnsFor, withHost, withoutGraphs } from '../../core/rows/columns.ts';
import { type Placed, selectRows, type View } from '../../core/rows/describe.ts';
import { needsPorts } from '../../core/rows/filter.ts';
import { newHostState, nextHostState } from '../../fleet/contact.ts';
import type { FarCommands } from '../../fleet/fleet.ts';
import type { HostState } from '../../fleet/host-state.ts';
import { contactFault, mergedSnapshot } from '../../fleet/merged-snapshot.ts';
import { type Line, spansIn } from '../../text/line.ts';
import { countSpans, totalsLines } from '../../text/snapshot-lines.ts';
import { headingLine, layOut, layOutWhole, rowLine } from '../../text/table.ts';
import type { Options } from '../arguments/options.ts';
import { driftCode } from '../commands/list.ts';
import { exitCodes, type Output } from '../output.ts';
import { hostsJson } from './hosts-json.ts';

type ListOptions = Pick<Options, 'view' | 'json' | 'watch' | 'intervalMs' | 'exitCode'>;

/** Intervals that a host may take to answer before the others are shown without it. */
const firstAnswerIntervals = 3;

/** @param stopping ends it. @returns the exit code: 5 if a host could not be read. */
export async function listHosts(
  fleet: FarCommands,
  options: ListOptions,
  clock: Clock,
  output: Output,
  stopping: AbortSignal,
): Promise<number> {
  const warn = createWarner(output);
  if (!options.watch) {
    const stopped = new Promise<undefined>(resolve =>
      stopping.addEventListener('abort', () => resolve(undefined)),
    );
    const found = await Promise.race([once(fleet, options, clock), stopped]);
    if (found === undefined) return exitCodes.survived;
    const exit = show(found, options, clock, output);
    warn(found);
    return exit;
  }
  let states: readonly HostState[] = [];
  const startedAt = clock.steadyNow();
  const unsubscribe = fleet.subscribe(next => {
    states = next;
  });
  let code: number = exitCodes.done;
  const isOpen = () =>
    states.some(({ contact }) => contact.kind === 'connecting') &&
    clock.steadyNow() - startedAt < firstAnswerIntervals * options.intervalMs;
  while (!stopping.aborted) {
    if (isOpen()) {
      await clock.sleep(firstPollMs, stopping);
      continue;
    }
    code = show(states, options, clock, output);
    warn(states);
    await clock.sleep(options.intervalMs, stopping);
  }
  unsubscribe();
  return code;
}

const firstPollMs = 100;

/** @returns a function that reports what is wrong with hosts, each change once. */
function createWarner(output: Output): (states: readonly HostState[]) => void {
  const known = new Map<string, string | undefined>();
  return states => {
    for (const state of states) {
      const fault = contactFault(state);
      if (fault !== undefined && fault !== known.get(state.host.name))
        output.warn(`vigil list: ${fault}`);
      known.set(state.host.name, fault);
    }
  };
}

/** One snapshot of each host, side by side. */
function once(
  fleet: FarCommands,
  { view, intervalMs }: ListOptions,
  clock: Clock,
): Promise<readonly HostState[]> {
  return Promise.all(
    fleet.hosts.map(async host => {
      const state = newHostState(host, clock.steadyNow());
      const reading = await fleet.snapshot(host.name, viewWords(view));
      const event = reading.ok
        ? ({ kind: 'heard', far: reading.value } as const)
        : ({ kind: 'lost', reason: reading.reason, attempt: 1 } as const);
      return nextHostState(state, event, clock.steadyNow(), intervalMs);
    }),
  );
}

/** What of the view the far side has to know: it sends no ended rows unless asked for, and no ports. */
export function viewWords({ classes, filter }: View): readonly string[] {
  return [
    ...(classes === undefined ? [] : [`--class=${classes.join(',')}`]),
    ...(filter === '' ? [] : [`--filter=${filter}`]),
  ];
}

/** Prints one table or document. @returns the exit code. */
function show(
  states: readonly HostState[],
  options: ListOptions,
  clock: Clock,
  output: Output,
): number {
  const snapshot = mergedSnapshot(states, clock.now());
  // Ports are known to the far side alone; it has filtered by them.
  const { view } = options;
  const placed = selectRows(snapshot, needsPorts(view.filter) ? { ...view, filter: '' } : view);
  const rows = placed.map(each => each.row);
  if (options.json)
    output.json(hostsJson(states, snapshot, rows), options.watch ? 'compact' : 'indented');
  else output.lines(tableLines(states, snapshot, placed, view, output));
  return driftCode(snapshot, options);
}

function tableLines(
  states: readonly HostState[],
  snapshot: Snapshot,
  placed: readonly Placed[],
  view: View,
  output: Output,
): Line[] {
  const { charset, width } = output;
  const say = spansIn(charset);
  const columns = withoutGraphs(
    withHost(view.columns ?? standardColumnsFor({ workspaces: workspacesOfOne(states) })),
  );
  const layout =
    width === undefined
      ? layOutWhole(placed, snapshot.takenAt, charset, columns)
      : layOut(width, columns);
  const problems = snapshot.problems.filter(({ source }) => source !== 'vigil');
  return [
    ...problems.map(({ message }) => [say(`! ${message}`, 'problem')]),
    ...(placed.length > 0
      ? [
          headingLine(layout, charset),
          ...placed.map(each => rowLine(layout, each, snapshot.takenAt, charset)),
        ]
      : []),
    ...(placed.length === 0 && view.filter !== ''
      ? [[say('no rows match the filter', 'dim')]]
      : []),
    ...(states.length > 1 ? states.map(state => hostLine(state, say, output)) : []),
    // Of hosts that could not be read nothing is known, not even that they have no agents.
    ...(states.some(({ last }) => last !== undefined) ? totalsLines(snapshot, width, charset) : []),
  ];
}

/** The workspaces of the host with the most: which one records a row is shown if there are several on one host. */
function workspacesOfOne(states: readonly HostState[]): readonly string[] {
  const lists = states.map(({ last }) => last?.far.snapshot.workspaces ?? []);
  return lists.reduce((most, each) => (each.length > most.length ? each : most), []);
}

/** `devbox  8 live  46 ghost  load 0.3 of 8`. */
function hostLine(
  { host, last, isStale, contact }: HostState,
  say: ReturnType<typeof spansIn>,
  { charset }: Output,
): Line {
  const name = say(`${host.name}  `, 'heading');
  if (last === undefined || isStale)
    return [name, say(contact.kind === 'failed' ? contact.reason : 'silent', 'problem')];
  const { snapshot, version } = last.far;
  const { vitals } = snapshot;
  const facts = [
    ...(vitals === undefined ? [] : [`load ${vitals.load.toFixed(1)} of ${vitals.cores}`]),
    ...(version === undefined ? [] : [`vigil ${version}`]),
  ];
  return [name, ...countSpans(snapshot, charset), say(facts.join(', '), 'dim')];
}

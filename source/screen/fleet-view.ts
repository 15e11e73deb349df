/** The machines of a fleet on the screen: their rows beside those of this one. */
import type { HostLine } from '../core/model/host-line.ts';
import type { Snapshot } from '../core/model/model.ts';
import type { Clock } from '../core/ports/clock.ts';
import { hostLineOf, localLine } from '../fleet/host-lines.ts';
import type { HostState } from '../fleet/host-state.ts';
import { type FleetOnScreen, snapshotOnScreen } from '../fleet/on-screen.ts';
import { createFarEnded } from './far-ended.ts';
import type { Event } from './state/events.ts';

export type FleetView = ReturnType<typeof createFleetView>;

type Merged = Pick<Event & { kind: 'polled' }, 'snapshot' | 'hosts' | 'deadEntries' | 'guard'>;

/** Several machines that answer at once are one change of the screen. */
const newsMs = 150;

/** @param onNews a machine has become readable or unreadable: the screen shows that before its next poll. */
export function createFleetView(
  { fleet, hosts, version, words }: FleetOnScreen,
  clock: Pick<Clock, 'now' | 'steadyNow'>,
  onNews: () => void,
) {
  let states: readonly HostState[] = [];
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  const unsubscribe = fleet.subscribe(next => {
    states = next;
    const news = next.map(contactOf).join();
    if (news === said) return;
    said = news;
    timer ??= setTimeout(() => {
      timer = undefined;
      onNews();
    }, newsMs).unref();
  });
  const ended = createFarEnded({ fleet, words }, () => clock.steadyNow(), onNews);
  const endedAgents = (isShown: boolean) => {
    if (!isShown) ended.forget();
    const heard = states.filter(({ contact }) => contact.kind === 'heard');
    return ended.of(isShown ? heard.map(({ host }) => host.name) : []);
  };
  return {
    /** The poll of this machine with what the others have reported. @param isEndedShown whether ended agents are shown. */
    merged(local: Snapshot, isEndedShown: boolean): Merged {
      const now = { wall: clock.now(), steady: clock.steadyNow() };
      const known = new Map(states.map(state => [state.host.name, state]));
      const isShown = hosts.some(({ at }) => at === 'local');
      return {
        // What the registries and the guard of this machine need is about its rows.
        ...(isShown ? {} : { deadEntries: 0, guard: undefined }),
        snapshot: snapshotOnScreen(local, hosts, states, endedAgents(isEndedShown)),
        hosts: hosts.map((host): HostLine => {
          const { name, readOnly } = host;
          if (host.at === 'local') return localLine(local, readOnly, version);
          const state = known.get(name);
          return state === undefined
            ? { name, readOnly, state: 'connecting' }
            : hostLineOf(state, now);
        }),
      };
    },
    setInterval: (intervalMs: number) => fleet.setInterval(intervalMs),
    async close() {
      clearTimeout(timer);
      unsubscribe();
      await fleet.close();
    },
  };
}

/** Changes when the machine's rows become another kind of thing: not with each report. */
function contactOf({ contact, isStale, last }: HostState): string {
  return `${contact.kind} ${isStale} ${last === undefined}`;
}

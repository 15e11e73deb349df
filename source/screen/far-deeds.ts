/** What vigils of other machines have done, as their logs have it. */
import type { Deed } from '../core/model/history.ts';
import { farDeed } from '../fleet/far-deed.ts';
import { fieldsOf, listOf } from '../fleet/fields.ts';
import type { FarCommands } from '../fleet/fleet.ts';
import type { FleetOnScreen } from '../fleet/on-screen.ts';
import { deedText, stampOf } from '../text/history-lines.ts';

/** A line of the event log. @property at epoch milliseconds. */
export type Remembered = { readonly at: number; readonly text: string };

const since = '--since=7d';
/** Older entries come first. */
const mostEntries = 20_000;
/** Also to connect, and to start a vigil there. */
const longestMs = 20_000;
const tooSlow = `no answer within ${longestMs / 1000} s`;

/** @param most of each machine: the last ones. @returns also why a log could not be read; in no order. Never rejects. */
export async function rememberedElsewhere(
  {
    fleet,
    words,
    now,
  }: Pick<FleetOnScreen, 'words'> & {
    readonly fleet: Pick<FarCommands, 'hosts' | 'ask'>;
    now(): number;
  },
  most: number,
): Promise<readonly Remembered[]> {
  const answers = fleet.hosts.map(async ({ name }): Promise<readonly Remembered[]> => {
    const asked = ['log', '--json=true', since, ...words('log')];
    const tooLate = AbortSignal.timeout(longestMs);
    const answer = await fleet.ask(name, asked, {}, tooLate);
    if (answer.code !== 0) {
      const [message = `exit code ${answer.code}`] = answer.messages;
      const reason = tooLate.aborted ? tooSlow : (answer.reason ?? message);
      return [{ at: now(), text: `${name}: its log could not be read: ${reason}` }];
    }
    return listOf(fieldsOf(answer.document).entries, mostEntries)
      .slice(-most)
      .flatMap((each): readonly Deed[] => {
        const deed = farDeed(each, 0);
        return deed === undefined ? [] : [deed];
      })
      .map(deed => ({ at: deed.at, text: `${name}: ${deedText(deed)}` }));
  });
  return (await Promise.all(answers)).flat();
}

/** @returns the last lines, oldest first, each with its time. */
export function linesOf(remembered: readonly Remembered[], most: number): readonly string[] {
  return [...remembered]
    .sort((one, other) => one.at - other.at)
    .slice(-most)
    .map(({ at, text }) => `${stampOf(at)} ${text}`);
}

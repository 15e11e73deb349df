/** Whole kills of real agents beside a program that writes the registries meanwhile: what vigil acknowledges is in the
 * files, and vigil takes nothing back that the program has acknowledged. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agents, allDead, startAgents } from '../helpers/agents.ts';
import { isCampaign, rounds } from '../helpers/campaign.ts';
import {
  type Acknowledged,
  type CarelessWriter,
  monotonic,
  startCareless,
  type Way,
  ways,
} from '../helpers/careless-writer.ts';
import { vigil } from '../helpers/vigil.ts';

let farm: Agents;
let writer: CarelessWriter | undefined;
beforeEach(() => {
  farm = startAgents();
});
afterEach(async () => {
  await writer?.stop();
  writer = undefined;
  farm.close();
});

const run = (...words: string[]) =>
  vigil([...words, '--yes', '--json', ...farm.options], { env: { XDG_STATE_HOME: farm.state } });

type Entry = { readonly id: string; readonly status?: string };

function registryAt(path: string) {
  const registry = JSON.parse(readFileSync(path, 'utf8'));
  const entries: Entry[] = Array.isArray(registry.agents)
    ? registry.agents
    : Object.entries(registry.agents).map(([id, entry]) => ({ ...(entry as object), id }));
  const named = (status: string) => entries.filter(each => each.status === status);
  return {
    beat: registry.beat as number,
    ids: entries.map(each => each.id),
    terminated: named('terminated').map(each => each.id),
  };
}

const figures: Record<string, number | string>[] = [];
afterAll(() => {
  if (isCampaign) console.table(figures);
});

/** Two hundred kills in the campaign, else one beside each. */
const kills: Readonly<Record<number, number>> = { 2: 17, 20: 17, 200: 16 };
const ratesOf = (way: Way) =>
  isCampaign ? [2, 20, 200] : [way === 'replaces' || way === 'truncates' ? 200 : 20];

describe('kills are recorded beside a program that', () => {
  for (const way of ways)
    for (const perSecond of ratesOf(way))
      it(`${way} the registries ${perSecond} times a second`, async () => {
        const files = [farm.workspace.taskFile(farm.task), farm.workspace.globalFile];
        const agents = [];
        for (let kill = 0; kill < rounds(1, kills[perSecond] ?? 1); kill++)
          agents.push(await farm.start(`k-${kill}`, kill % 5 === 4 ? 'stubborn' : 'cooperative'));
        farm.record();
        writer = await startCareless(way, perSecond, files, farm.standIns.directory);
        const from = monotonic();
        const acknowledged: Acknowledged[] = [];
        for (const { id, pids } of agents) {
          const startedAt = monotonic();
          const { code, stdout, stderr } = await run('kill', id);
          const { targets } = JSON.parse(stdout);
          // Under load its parent may reap it late, which vigil reports.
          const errors = targets[0].errors.filter((each: string) => !each.includes('not reaped'));
          expect([id, code, stderr, errors]).toEqual([id, 0, '', []]);
          acknowledged.push({ id, startedAt, at: monotonic() });
          await allDead(pids);
        }
        const seconds = (monotonic() - from) / 1e9;
        await writer.stop();
        const evidence = writer.evidence();
        writer = undefined;
        const verdicts = files.flatMap(file =>
          acknowledged.map(each => ({ file, id: each.id, verdict: evidence.judge(file, each) })),
        );
        const takenBack = verdicts.filter(each => each.verdict === 'taken back');
        const times = acknowledged
          .map(each => (each.at - each.startedAt) / 1e6)
          .sort((a, b) => a - b);
        figures.push({
          way,
          perSecond,
          really: Math.round(evidence.updates / files.length / seconds),
          kills: acknowledged.length,
          median: Math.round(times[Math.floor(times.length / 2)] ?? 0),
          longest: Math.round(times.at(-1) ?? 0),
          updates: evidence.updates,
          lost: evidence.lost.length,
          takenBack: takenBack.length,
          missing: verdicts.filter(each => each.verdict === 'missing').length,
          reads: evidence.reads,
          unreadable: evidence.looks.unreadable.length,
          outside: evidence.looks.outsideWrites.length,
          writerCannotRead: evidence.unreadable.length,
        });
        expect(verdicts.filter(each => each.verdict === 'missing')).toEqual([]);
        expect(evidence.lost).toEqual([]);
        // A text that is truncated at the moment is only complete afterwards.
        if (way === 'replaces' || way === 'locks') {
          expect(evidence.unreadable).toEqual([]);
          expect(evidence.looks.outsideWrites).toEqual([]);
        }

        for (const file of files) {
          const { beat, ids, terminated } = registryAt(file);
          const isTakenBack = (id: string) =>
            takenBack.some(each => each.file === file && each.id === id);
          expect(beat).toBe(evidence.beats.get(file));
          expect(agents.filter(({ id }) => !terminated.includes(id) && !isTakenBack(id))).toEqual(
            [],
          );
          expect(evidence.added.filter(id => !ids.includes(id))).toEqual([]);
          expect(readdirSync(dirname(file)).filter(name => /vigil|\.lock$/.test(name))).toEqual([]);
        }
        // What the program has taken back is closed again.
        const { code, stdout, stderr } = await run('reconcile');
        const skipped = JSON.parse(stdout).changes.filter((each: { made: boolean }) => !each.made);
        expect([code, stderr, skipped]).toEqual([0, '', []]);
        for (const file of files) {
          const { beat, terminated } = registryAt(file);
          expect(beat).toBe(evidence.beats.get(file));
          expect(agents.filter(({ id }) => !terminated.includes(id))).toEqual([]);
        }
      }, 600_000);
});

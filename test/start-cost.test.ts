/** What a start and a poll cost, against a peer in the same run: never a time, as machines differ and are busy. CPU of the cheapest of
 * several runs, not wall time, for the same reason. The ratios recorded in recorded-costs.json are renewed on a quiet machine with
 * VIGIL_RECORD=1 node test/run.js test/start-cost.test.ts, and belong into the commit that changes them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { least, measureStart } from '../bench/start.ts';
import { cliPath, vigilEnv } from './helpers/vigil.ts';

/** A regression is more than this times the recorded ratio. */
const slack = 1.5;
const path = join(import.meta.dirname, 'recorded-costs.json');
/** The processes of the machine would count as well, where no namespace can be made. */
const namespace = ['--pid', '--fork', '--mount-proc', '--kill-child'];
const alone =
  [
    ['unshare', ...namespace],
    ['unshare', '--map-root-user', ...namespace],
  ].find(([program = '', ...words]) => spawnSync(program, [...words, 'true']).status === 0) ?? [];
const options = ['-L', 'vigil-test-nobody'];

/** Polls as fast as it may, with ps between two polls. @returns CPU of the cheapest poll over that of the cheapest ps. */
const pollRunner = `
import json, os, subprocess, sys
argv, polls = json.loads(sys.argv[1]), int(sys.argv[2])
ps = ['ps', '-eo', 'pid,ppid,stat,time,rss,args']
sleepers = [subprocess.Popen(['sleep', '1000']) for _ in range(100)]
child = subprocess.Popen(argv, stdout=subprocess.PIPE)
def used():
    total = 0
    for task in os.listdir(f'/proc/{child.pid}/task'):
        with open(f'/proc/{child.pid}/task/{task}/schedstat') as file: total += int(file.read().split()[0]) / 1e6
    return total
own, theirs, before = [], [], None
for poll in range(polls + 3):
    if not child.stdout.readline(): sys.exit('it has stopped polling')
    now = used()
    if poll >= 3: own.append(now - before)
    before = now
    peer = subprocess.Popen(ps, stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(peer.pid, 0)
    theirs.append((usage.ru_utime + usage.ru_stime) * 1000)
child.kill()
for sleeper in sleepers: sleeper.kill()
print(min(own) / min(theirs))
`;

function measurePolls(): number {
  const argv = [process.execPath, cliPath, 'list', '--json', '--watch', '-d', '0.1', ...options];
  const words = [...alone, 'python3', '-c', pollRunner, JSON.stringify(argv), '20'];
  return Number(
    execFileSync(words[0] ?? '', words.slice(1), { encoding: 'utf8', env: vigilEnv() }),
  );
}

it('a start and a poll cost no more than recorded', () => {
  const start = measureStart(cliPath, options, 4, { before: alone, typical: least });
  const measured: Readonly<Record<string, number>> = {
    ...Object.fromEntries(Object.entries(start).map(([name, { cpu }]) => [name, cpu])),
    'poll of 100 processes, against ps': Math.round(measurePolls() * 100) / 100,
  };
  if (process.env.VIGIL_RECORD !== undefined)
    writeFileSync(path, `${JSON.stringify(measured, null, 2)}\n`);
  const recorded: Readonly<Record<string, number>> = JSON.parse(readFileSync(path, 'utf8'));
  for (const [name, ratio] of Object.entries(measured))
    expect([name, ratio, ratio <= (recorded[name] ?? 0) * slack]).toEqual([name, ratio, true]);
  expect(Object.keys(measured)).toEqual(Object.keys(recorded));
});

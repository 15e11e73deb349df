/** The live screen with two machines: real sshds, real agents, the built program on a terminal. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { type FarHost, type FarHosts, startFarHosts } from '../helpers/far-hosts.ts';
import { type LiveScreen, startScreen } from '../helpers/screen.ts';
import { agentId } from '../helpers/workspace.ts';

const task = 'TASK-20251029-232447-3bf85ff8';
const builder = agentId('builder', 1);

let far: FarHosts;
let one: FarHost;
let two: FarHost;
let screen: LiveScreen;

beforeAll(async () => {
  far = await startFarHosts(['one', 'two']);
  [one, two] = far.hosts as [FarHost, FarHost];
  for (const host of far.hosts) {
    host.workspace.writeTask(task, [{ id: builder }]);
    host.workspace.age();
    host.agents([builder]);
  }
  const logs = join(two.workspace.path, task, 'logs');
  mkdirSync(logs);
  writeFileSync(join(logs, `${builder}_stream.jsonl`), '{"text":"halfway \\u001b[31m"}\n');
  const env = Object.entries(far.env).map(([name, value]) => `${name}='${value}'`);
  screen = await startScreen(['--host', 'one', '--host', 'two', '-d', '0.5', '-s', 'host'], {
    columns: 120,
    env: env.join(' '),
  });
});
afterAll(() => {
  screen?.close();
  far?.close();
});

const sessions = (host: FarHost) => host.run('tmux ls -F "#S" 2>/dev/null || true').trim();

it('shows both machines, ends rows of each by a plan of its own, attaches, and shows a silent one as silent', async () => {
  await screen.shows(/live +builder\S+ +one /);
  await screen.shows(/live +builder\S+ +two /);
  // A selection over both opens one plan after the other; only the first is confirmed.
  // The cursor is on the row that was known first.
  screen.press('g');
  await screen.shows(/> *live +builder\S+ +one /);
  screen.press('Space', 'Space', 'x');
  await screen.shows(`End gracefully: 1 target on one`);
  await screen.shows(/session agent_builder\S+ \(\$\d+\)/);
  screen.press('m');
  screen.press('-l', "it's stuck");
  screen.press('Enter');
  await screen.confirm();
  await screen.shows(/End gracefully: 1 target on two/);
  await screen.shows(/on two\s+> Cancel </);
  screen.press('Escape');
  await screen.shows(/builder\S+ on one (exited|killed) in/);
  expect(sessions(one)).toBe('');
  // What has ended there is asked for while it is shown.
  screen.press('/');
  screen.press('-l', 'class:ended');
  await screen.shows(/ended +builder\S+ +one /);
  await screen.showsNot(/builder\S+ +two /);
  screen.press('Escape', 'e');
  await screen.shows(/one: builder\S+ (exited|killed) in .+ by root/);
  screen.press('Escape');
  expect(sessions(two)).toBe(`agent_${builder}`);

  screen.press('G');
  await screen.shows(/> *live +builder\S+ +two /);
  // Its log is read by the vigil there.
  screen.press('l');
  await screen.shows(/Log {2}builder\S+ on two {2}following/);
  await screen.shows('halfway \\e[31m');
  screen.press('Escape', 'Enter');
  await screen.shows(/two\/home\/.agent-workspace\/TASK\S+\/AGENT_REGISTRY.json/);
  screen.press('Escape', 'a');
  await eventually('a client is attached there', () =>
    two.run('tmux list-clients -F "#{session_name}"').includes(builder),
  );
  screen.press('C-b', 'd');
  await screen.shows(/> *live +builder\S+ +two /);

  two.signalSshd('SIGSTOP');
  await screen.shows(/unknown +builder\S+ +two /);
  await screen.shows('! two: silent');
  screen.press('x');
  await screen.shows('two cannot be reached, so nothing is changed there');
  two.signalSshd('SIGCONT');
  await screen.shows(/live +builder\S+ +two /);
  screen.press('7');
  await screen.shows(/two +heard +●1/);
  screen.press('q');
  await screen.shows('left with 0');
  expect(sessions(two)).toBe(`agent_${builder}`);
  const { stdout } = await far.vigil(['log', '--json', '--host', 'one', '--host', 'two']);
  const { entries } = JSON.parse(stdout) as { entries: { reason: string | null }[] };
  expect(entries).toMatchObject([
    { host: 'one', kind: 'run', outcome: 'done' },
    { host: 'one', kind: 'end', agentId: builder, reason: "it's stuck" },
  ]);
});

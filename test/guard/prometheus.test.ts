/** The metrics of a real guard, in a real Prometheus: rules are checked, scraped, raised and cleared. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { metricSpecs } from '../../source/guard/metric-table.ts';
import { eventually } from '../helpers/eventually.ts';
import { cliPath, vigil, vigilEnv } from '../helpers/vigil.ts';
import { agentId, createWorkspace, type Workspace } from '../helpers/workspace.ts';

const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const rulesFile = local('../../docs/monitoring/vigil-rules.yml');
const dashboardFile = local('../../docs/monitoring/grafana-dashboard.json');

const promtool = (words: readonly string[], input = '') =>
  execFileSync('promtool', words, { input, encoding: 'utf8', stdio: 'pipe' });

let directory: string;
let workspace: Workspace;
let env: Record<string, string>;
const children: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  workspace = createWorkspace(directory);
  env = { XDG_STATE_HOME: join(directory, 'state'), XDG_CONFIG_HOME: join(directory, 'config') };
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
  rmSync(directory, { recursive: true, force: true });
});

/** @returns what it prints, so far. */
function start(program: string, words: readonly string[], more: NodeJS.ProcessEnv): () => string {
  const child = spawn(program, words, { env: more, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', text => {
      printed += text;
    });
  return () => printed;
}

function configure(guard: object): void {
  mkdirSync(join(directory, 'config', 'vigil'), { recursive: true });
  writeFileSync(join(directory, 'config', 'vigil', 'config.json'), JSON.stringify({ guard }));
}

/** @returns what it prints, and the URL of its metrics. */
async function startGuard(...words: readonly string[]) {
  const options = ['-w', workspace.path, '--health', '0.5', '--json', ...words];
  const printed = start(process.execPath, [cliPath, 'watch', ...options], vigilEnv(env));
  const url = await eventually(
    'the metrics are served',
    () => /"url":"([^"]+)"/.exec(printed())?.[1],
  );
  return { printed, url };
}

function writeGhosts(count: number): void {
  const ids = Array.from({ length: count }, (_, index) => agentId('ghost', index));
  workspace.writeTask(
    'TASK-1',
    ids.map(id => ({ id })),
  );
  workspace.age();
}

const freePort = () =>
  new Promise<number>(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** Lines of the audit log, as vigil writes them. */
function writeLog(
  outcomes: readonly { readonly outcome: string; readonly kills: boolean }[],
): void {
  mkdirSync(join(directory, 'state', 'vigil'), { recursive: true });
  const lines = outcomes.flatMap(({ outcome, kills }, index) => {
    const time = new Date(Date.now() - 60_000 + index * 1000).toISOString();
    const by = { uid: process.getuid?.(), pid: 1, start: '1', command: 'kill' };
    const about = { time, by, target: `agent:a-${index}` };
    const signal = (name: string) => ({
      ...{ ...about, pid: 7, start: '1', command: 'claude', signal: name },
      ...{ reason: 'x', stage: 'terminating', result: 'sent' },
    });
    return [
      { ...about, event: 'end', name: `a-${index}`, class: 'live', reason: 'x' },
      signal('SIGTERM'),
      ...(kills ? [signal('SIGKILL')] : []),
      {
        ...about,
        reason: 'x',
        outcome,
        durationMs: 600,
        attempts: kills ? 3 : 1,
        errors: [],
        left: [],
      },
    ];
  });
  writeFileSync(
    join(directory, 'state', 'vigil', 'vigil.log'),
    lines.map(line => `${JSON.stringify(line)}\n`).join(''),
  );
}

it('promtool accepts the rules, and they raise and clear as described', () => {
  expect(promtool(['check', 'rules', rulesFile])).toContain('SUCCESS');
  expect(promtool(['test', 'rules', local('vigil-rules-test.yml')])).toContain('SUCCESS');
});

it('rules and dashboard name only metrics that there are', () => {
  const { panels } = JSON.parse(readFileSync(dashboardFile, 'utf8'));
  expect(panels.length).toBeGreaterThan(10);
  const texts = [readFileSync(rulesFile, 'utf8'), readFileSync(dashboardFile, 'utf8')];
  const named = new Set(texts.flatMap(text => text.match(/\bvigil_[a-z_]+/g) ?? []));
  const known = metricSpecs().map(({ name }) => name);
  const isKnown = (name: string) => known.includes(name.replace(/_(bucket|count|sum)$/, ''));
  expect([...named].filter(name => !known.includes(name) && !isKnown(name))).toEqual([]);
  // Every metric is on the dashboard.
  const dashboard = texts[1] ?? '';
  expect(known.filter(name => !dashboard.includes(name))).toEqual([
    'vigil_last_cleanup_timestamp_seconds',
    'vigil_look_interval_seconds',
  ]);
});

it('counts equal those of the audit log, in the guard, its textfile and vigil list', async () => {
  writeLog([
    ...Array.from({ length: 8 }, () => ({ outcome: 'exited', kills: false })),
    { outcome: 'killed', kills: true },
    { outcome: 'survived', kills: true },
  ]);
  writeGhosts(2);
  const textfile = join(directory, 'vigil.prom');
  const { url } = await startGuard('--metrics', '0', '--textfile', textfile);
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const scraped = await response.text();
  const written = await eventually('the textfile is there', () =>
    existsSync(textfile) ? readFileSync(textfile, 'utf8') : undefined,
  );
  const listed = await vigil(['list', '--format', 'prometheus', '-w', workspace.path], { env });
  for (const text of [scraped, written, listed.stdout]) {
    expect(promtool(['check', 'metrics'], text)).toBe('');
    expect(text).toContain('vigil_cleanup_duration_seconds_count 10\n');
    expect(text).toContain('vigil_cleanup_retries_total 4\n');
    expect(text).toContain('vigil_cleanup_escalations_total{signal="SIGKILL"} 2\n');
    expect(text).toContain('vigil_cleanup_failures_total{outcome="survived"} 1\n');
    expect(text).toContain('vigil_agents{class="ghost",program="none"} 2\n');
  }
  const stats = await vigil(['log', '--stats', '--json'], { env });
  expect(JSON.parse(stats.stdout)).toMatchObject({
    ...{ schema: 'vigil.log-stats/1', cleanups: 10, escalated: 2, retries: 4 },
    durationMs: { p50: 600, p95: 600, p99: 600 },
    outcomes: { exited: 8, killed: 1, survived: 1 },
  });
  const missing = await fetch(new URL('/other', url));
  expect([missing.status, (await fetch(url, { method: 'POST' })).status]).toEqual([404, 405]);
});

it('a port in use and an unwritable textfile are one warning each; the guard goes on', async () => {
  writeGhosts(1);
  const { url, printed } = await startGuard('--metrics', '0');
  const other = createWorkspace(join(directory, 'other'));
  const { port } = new URL(url);
  const options = ['-w', other.path, '--health', '0.2', '--json', '--metrics', port];
  const second = start(
    process.execPath,
    [cliPath, 'watch', ...options, '--textfile', join(directory, 'no', 'such.prom')],
    vigilEnv(env),
  );
  other.writeTask('TASK-2', [{ id: agentId('ghost', 1) }]);
  const polls = () => second().match(/"event":"looked"/g)?.length ?? 0;
  await eventually('both are reported', () => second().match(/"event":"warning"/g)?.length === 2);
  // Each poll would report them again; numbers that change show that there are polls.
  for (const count of [2, 3]) {
    const before = polls();
    other.writeTask(
      'TASK-2',
      Array.from({ length: count }, (_, id) => ({ id: agentId('ghost', id) })),
    );
    other.age();
    await eventually('it polls on', () => polls() > before);
  }
  expect(second()).toContain(`cannot serve metrics on 127.0.0.1 port ${port}: `);
  expect(second()).toContain(`cannot write metrics to ${directory}/no/such.prom: `);
  expect(second().match(/"event":"warning"/g)).toHaveLength(2);
  expect(printed()).not.toContain('"event":"warning"');
});

it('a real Prometheus scrapes a real guard; an alert is raised and clears', async () => {
  writeGhosts(3);
  const { url } = await startGuard('--metrics', '0');
  // The rules as they are, but for the times: ten minutes would be too long here.
  const rules = readFileSync(rulesFile, 'utf8').replace(/^( +for: ).*$/gm, '$11s');
  expect(rules).not.toContain('10m');
  writeFileSync(join(directory, 'rules.yml'), rules);
  writeFileSync(
    join(directory, 'prometheus.yml'),
    `global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms}
rule_files: [rules.yml]
scrape_configs: [{job_name: vigil, static_configs: [{targets: ['${new URL(url).host}']}]}]
`,
  );
  promtool(['check', 'config', join(directory, 'prometheus.yml')]);
  const port = await freePort();
  const printed = start(
    'prometheus',
    [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    process.env,
  );
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`).catch(() => undefined);
    const document = response?.ok === true ? await response.json() : undefined;
    return Object(document).data;
  };
  const firing = async () => {
    const { alerts = [] } = (await ask('alerts')) ?? {};
    type Alert = { readonly state: string; readonly labels: { readonly alertname: string } };
    return (alerts as readonly Alert[])
      .filter(({ state }) => state === 'firing')
      .map(({ labels }) => labels.alertname);
  };
  await eventually(`VigilGhosts is raised: ${printed()}`, async () =>
    (await firing()).includes('VigilGhosts'),
  );
  // Prometheus asks for OpenMetrics, and has understood all of it.
  const { activeTargets } = await ask('targets');
  expect(activeTargets).toMatchObject([{ health: 'up', lastError: '' }]);
  const { result } = await ask('query?query=vigil_agents{class="ghost"}');
  expect(result[0].value[1]).toBe('3');
  await vigil(['reconcile', '--yes', '-w', workspace.path], { env });
  await eventually('VigilGhosts clears', async () => !(await firing()).includes('VigilGhosts'));
});

it('hooks that hang, flood or fail are ended and counted, each once for an event', async () => {
  writeGhosts(1);
  const seen = join(directory, 'seen');
  const hook = (script: string, more: object = {}) => ({
    ...{ command: ['bash', '-c', script, seen], on: ['started'], ...more },
  });
  configure({
    hooks: [
      hook('cat > "$0"'),
      hook('sleep 1000 & wait', { timeout: 0.5 }),
      hook('exec yes'),
      hook('echo broken >&2; exit 3'),
    ],
  });
  const { url, printed } = await startGuard('--metrics', '0');
  const wanted = ['ok', 'timed-out', 'flooded', 'failed'].map(
    result => `vigil_hook_runs_total{result="${result}"} 1\n`,
  );
  await eventually('all four are counted', async () => {
    const text = await (await fetch(url)).text();
    return wanted.every(line => text.includes(line));
  });
  expect(JSON.parse(readFileSync(seen, 'utf8'))).toMatchObject({
    ...{ schema: 'vigil.event/1', event: 'started' },
  });
  expect(printed()).toContain('no exit within 0.5 s; killed');
  expect(printed()).toContain('more than 65536 bytes of output; killed');
  expect(printed()).toContain('exit code 3: broken');
});

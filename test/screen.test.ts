/** The built program in a real terminal, played with keys. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, startFarm } from './helpers/farm.ts';
import { type LiveScreen, startScreen } from './helpers/screen.ts';

let farm: Farm;
let screen: LiveScreen | undefined;

beforeAll(async () => {
  farm = await startFarm();
});
afterAll(() => farm?.close());
afterEach(() => {
  screen?.close();
  screen = undefined;
});

async function open(size?: { columns?: number; rows?: number; env?: string }): Promise<LiveScreen> {
  screen = await startScreen([...farm.options, '-d', '0.5'], size);
  await screen.shows(/46 ghost/);
  return screen;
}

describe('the live screen', () => {
  it('shows the farm and the drift between registry and machine', async () => {
    const live = await open({ columns: 140, rows: 40 });
    const content = await live.shows('46 dead entries (R fixes)');
    expect(content).toMatch(/● 8 live {2}▲ 1 undead {2}○ 46 ghost {2}□ 1 husk/);
    expect(content).toMatch(
      /CLASS +AGENT +PID +CPU% +MEM +UP +STATUS +PROJECT +IDLE +CPU 10m +MEM 10m +TASK/,
    );
  });

  it('keeps the cursor on its row while rows re-sort', async () => {
    const live = await open();
    live.press('G');
    // The last row, whichever it is: live agents trade places while they use the processor.
    const content = await live.shows(/^ > (?!live)/m);
    const [row = ''] = /^ > \S+ +\S+/m.exec(content) ?? [];
    live.press('I');
    await live.shows(/sort: class ▲/);
    await live.shows(row);
    live.press('G');
    await live.showsNot(row);
  });

  it('filters as it is typed, and Esc clears', async () => {
    const live = await open();
    live.press('/', 'u', 'n', 'd', 'e', 'a', 'd');
    await live.shows('filter: undead_');
    await live.shows(/> undead +undead-232300-000001/);
    await live.showsNot('ghost-232300-000001');
    live.press('BSpace', 'Enter');
    await live.shows('filter: undea');
    live.press('Escape');
    await live.shows('builder-232300-000001');
  });

  it('explains a row, shows help, tabs and the sort menu', async () => {
    const live = await open();
    live.press('Enter');
    await live.shows(/builder-232300-00000\d: live/);
    await live.shows('is alive on socket');
    live.press('Escape', '?');
    await live.shows('kill with SIGKILL');
    live.press('q', '5');
    await live.shows('[Ghosts]');
    await live.shows(/> ghost +ghost-232300-000001/);
    live.press('1', 's', 'j', 'Enter');
    await live.shows('sort: agent');
    live.press('G');
    await live.shows(/6\d of 6\d/);
  });

  it('ignores pasted text', async () => {
    const live = await open();
    live.paste('q?/hello\nq');
    live.press('G');
    const content = await live.shows('62 of 62');
    expect(content).not.toContain('filter: hello');
  });

  it('fits every size from 20×5 up, and repairs itself', async () => {
    const live = await open({ columns: 120, rows: 40 });
    for (const [columns, rows] of [
      [20, 5],
      [40, 10],
      [80, 24],
      [140, 40],
    ] as const) {
      live.resize(columns, rows);
      const content = await live.shows(columns < 40 ? /> \S/ : /\? help/);
      expect(content.split('\n').length).toBeLessThan(rows);
      // On a busy machine the header also says what vigil itself takes.
      expect(content.match(/ vigil (?!itself)/g)).toHaveLength(1);
    }
    await live.shows('MEM 10m');
  });

  it('restores the terminal on q, with exit 0', async () => {
    const live = await open();
    live.press('q');
    const content = await live.shows('left with 0');
    expect(content).not.toContain('CLASS');
    live.press('echo back', 'Enter');
    await live.shows(/^back$/m);
  });

  it('restores the terminal on SIGTERM and SIGHUP, with their exit codes', async () => {
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      const live = await open();
      process.kill(await live.pid(), signal);
      const content = await live.shows(`left with ${code}`);
      expect(content).not.toContain('CLASS');
      live.close();
    }
  });

  it('suspends on Ctrl-Z and comes back', async () => {
    const live = await open();
    live.press('C-z');
    await live.shows(/Stopped/);
    live.press('fg', 'Enter');
    await live.shows('46 ghost');
    live.press('q');
    await live.showsNot('CLASS');
    await live.shows(/ready>$/);
  });

  it('draws in ASCII without colours if nothing else is available', async () => {
    const live = await open({ env: 'NO_COLOR=1 LC_ALL=C' });
    expect(live.capture()).toMatch(/^[ -~\n]*$/);
    const escapes = live.server.tmux('capture-pane', '-e', '-p', '-t', '=s:');
    expect(escapes).not.toMatch(/[[;]3[1-7]m/);
    expect(escapes).toMatch(/[[;]7m/);
  });

  it('prints one table on a dumb terminal and says so', async () => {
    screen = await startScreen([...farm.options, '--class', 'live'], { env: 'TERM=dumb' });
    const content = await screen.shows('left with 0');
    expect(content).toContain('printing one table');
  });
});

describe('the live screen on a changing machine', () => {
  it('shows a session that ends as a ghost, and a new one', async () => {
    const live = await open({ columns: 140, rows: 40 });
    const id = farm.ids.live[7] as string;
    farm.server.tmux('kill-session', '-t', `=agent_${id}`);
    await live.shows('7 live');
    await live.shows('47 ghost');
    const { env, ready } = farm.standIns.environment();
    farm.server.session(
      `agent_${id}`,
      'env',
      ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
      farm.standIns.agent('claude'),
    );
    await ready();
    await live.shows('8 live');
  });

  it('reports no ghost while the tmux server does not answer, and still handles keys', async () => {
    const live = await open({ columns: 140, rows: 40 });
    const pid = farm.server.pid();
    process.kill(pid, 'SIGSTOP');
    try {
      await live.shows('no answer within 2 s');
      await live.showsNot(/\d+ ghost/);
      live.press('?');
      await live.shows('kill with SIGKILL');
      live.press('q');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await live.shows('46 ghost');
  });
});

describe('a reconcile with keys', () => {
  it('is previewed, cancelled, opened again, confirmed, and visible in the table', async () => {
    const file = farm.workspace.taskFile(farm.task);
    const before = readFileSync(file, 'utf8');
    const live = await open({ columns: 120, rows: 30 });
    await live.shows(/46 dead entries \(R fixes\)/);
    live.press('R');
    await live.shows('checking twice');
    await live.shows(/> Cancel <.*y: back up and update the registries/);
    await live.shows('working → terminated (session_not_found)');
    live.press('Enter');
    await live.shows(/> live +builder/);
    expect(readFileSync(file, 'utf8')).toBe(before);
    live.press('R');
    await live.shows('> Cancel <');
    await live.confirm();
    await live.shows(/\d+ changes made, 0 skipped/);
    live.press('Escape');
    await live.showsNot('46 ghost');
    await live.showsNot('close 46 dead entries');
    expect(readFileSync(file, 'utf8').match(/"session_not_found"/g)).toHaveLength(46);
    writeFileSync(file, before);
    farm.workspace.age();
  });

  it('is refused with --read-only, and its key is grey', async () => {
    screen = await startScreen([...farm.options, '--read-only'], {});
    await screen.shows('46 ghost');
    screen.press('R');
    await screen.shows('Read-only mode: this key is disabled');
  });
});

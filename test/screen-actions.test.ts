/** The mouse, the command list and following, on the built program in a real terminal. */
import { afterEach, describe, expect, it } from 'vitest';
import { type LiveScreen, startScreen } from './helpers/screen.ts';

let screen: LiveScreen | undefined;
afterEach(() => {
  screen?.close();
  screen = undefined;
});

async function open(...words: string[]): Promise<LiveScreen> {
  screen = await startScreen(['--demo', '-s', 'agent', '-d', '0.5', ...words], {
    columns: 160,
    rows: 30,
  });
  await screen.shows(/> orphan +agent_old_scout/);
  return screen;
}
function send(live: LiveScreen, bytes: string): void {
  const hex = [...Buffer.from(bytes)].map(byte => byte.toString(16));
  live.server.tmux('send-keys', '-t', '=s:', '-H', ...hex);
}
/** Presses and releases the left button on the first cell of a text on the screen. */
async function click(live: LiveScreen, text: string): Promise<void> {
  const lines = (await live.shows(text)).split('\n');
  const y = lines.findIndex(line => line.includes(text));
  const at = `${(lines[y]?.indexOf(text) ?? 0) + 1};${y + 1}`;
  send(live, `\u001b[<0;${at}M\u001b[<0;${at}m`);
}
const mouseMode = (live: LiveScreen) =>
  live.server
    .tmux('display-message', '-p', '-t', '=s:', '#{mouse_standard_flag} #{mouse_sgr_flag}')
    .trim();

describe('with --mouse', () => {
  it('clicks select rows, tabs, columns and hints, the wheel scrolls, and the modes are reset', async () => {
    const live = await open('--mouse');
    expect(mouseMode(live)).toBe('1 1');
    await click(live, 'doc_writer');
    await live.shows(/> +live +doc_writer/);
    send(live, '\u001b[<65;5;9M');
    await live.showsNot(/> +live +doc_writer/);
    send(live, '\u001b[<64;5;9M');
    await live.shows(/> +live +doc_writer/);
    await click(live, 'PID');
    await live.shows('sort: pid ▲');
    await click(live, 'PID');
    await live.shows('sort: pid ▼');
    await click(live, 'Ghosts');
    await live.shows('[Ghosts]');
    await click(live, '? help');
    await live.shows('end gracefully (shows');
    await click(live, 'Esc back');
    await live.shows('[Ghosts]');
    await click(live, 'w sweep');
    await live.shows('Sweep');
    live.press('Escape');
    await click(live, 'q quit');
    await live.shows('left with 0');
    expect(mouseMode(live)).toBe('0 0');
  });

  it('malformed reports do nothing', async () => {
    const live = await open('--mouse');
    for (const odd of ['<0;9M', '<0;0;0M', '<;;M', '<0;9;9;9M', '<32;9;9M', '<4;9;9M', 'M !!'])
      send(live, `\u001b[${odd}`);
    live.press('j');
    await live.shows(/ 2 of 23$/m);
  });
});

it('without --mouse no mode is set, and reports do nothing', async () => {
  const live = await open();
  expect(mouseMode(live)).toBe('0 0');
  await click(live, 'Ghosts');
  await click(live, 'q quit');
  live.press('j');
  expect(await live.shows(/ 2 of 23$/m)).toContain('[All]');
});

it('a command is found by its words', async () => {
  const live = await open();
  live.press(':');
  live.press('-l', 'memory sort');
  await live.shows('Command: memory sort_');
  await live.shows(/^> M +sort by memory/m);
  live.press('Enter');
  await live.shows('sort: mem');
  live.press(':');
  live.press('-l', 'row');
  live.press('End', 'Enter');
  await live.shows(/23 of 23$/m);
});

it('F follows a row, and reports its name', async () => {
  const live = await open();
  live.press('F');
  await live.shows('following agent_old_scout-204410-77aa10');
  // The hints are back when the notice has faded.
  await live.shows(/following +1 of 23$/m);
  live.press('I');
  await live.shows(/following +23 of 23$/m);
  await live.shows(/^ > orphan +agent_old_scout/m);
  live.press('k');
  await live.showsNot('following');
});

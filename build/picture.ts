/** `npm run picture`: docs/screen.svg, from a run of `vigil --demo` in a tmux of its own. The keys that it
 * presses set an ending going, and the picture is taken while it escalates. */
import { writeFileSync } from 'node:fs';
import { startScreen } from '../test/helpers/screen.ts';
import { svgOf } from './svg.ts';

const size = { columns: 100, rows: 26 };
const mostRows = 40;

const screen = await startScreen(['--demo'], size);
try {
  screen.server.tmux('set-option', '-g', 'status', 'off');
  screen.resize(size.columns, size.rows);
  await screen.shows('? help');
  await screen.shows(/undead .*completed/);
  screen.press('g');
  // The cursor keeps to a row's identity: it is moved until it is on the one that is wanted.
  for (let row = 0; row < mostRows && !/^ *> *undead/m.test(screen.capture()); row++) {
    const before =
      screen
        .capture()
        .match(/^ *> .*/m)?.[0]
        .slice(0, 40) ?? '';
    screen.press('j');
    await screen.showsNot(before);
  }
  screen.press('x');
  await screen.shows('End gracefully');
  screen.press('y');
  await screen.shows(/terminating 2\/3/);
  const captured = screen.server.tmux('capture-pane', '-e', '-p', '-t', '=s:');
  writeFileSync('docs/screen.svg', svgOf(captured, size, 'vigil --demo: an agent is being ended'));
} finally {
  screen.close();
}

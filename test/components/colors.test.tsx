/** Colours: each class has one, NO_COLOR removes all, and the cursor is visible either way. */
import { render } from 'ink-testing-library';
import { expect, it } from 'vitest';
import { Lines } from '../../source/components/text-line.tsx';
import { span } from '../../source/text/line.ts';
import { printable } from '../../source/text/printable.ts';

const line = [span(printable('undead'), 'undead'), span(printable(' agent'), 'plain')];

it('paints each class in its colour', () => {
  const app = render(
    <Lines
      lines={[line]}
      width={40}
      paint={{ charset: 'unicode', colors: true, theme: 'default' }}
    />,
  );
  expect(app.lastFrame()).toBe('\u001b[1m\u001b[31mundead\u001b[39m\u001b[22m agent');
  app.unmount();
});

it('keeps weight but no colour without colours', () => {
  const app = render(
    <Lines
      lines={[line]}
      width={40}
      paint={{ charset: 'unicode', colors: false, theme: 'default' }}
    />,
  );
  expect(app.lastFrame()).toBe('\u001b[1mundead\u001b[22m agent');
  app.unmount();
});

it('shows the cursor by inverse video', () => {
  const app = render(
    <Lines
      lines={[line]}
      width={40}
      paint={{ charset: 'unicode', colors: false, theme: 'default' }}
      isCursor
    />,
  );
  expect(app.lastFrame()).toContain('\u001b[7m');
  app.unmount();
});

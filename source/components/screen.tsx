/** The whole screen for one state. Pure: the same state and size draw the same frame. */
import { Box } from 'ink';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { overlayInSight, type ScreenProps } from './layout.ts';
import { Table } from './table.tsx';
import { Lines } from './text-line.tsx';

export function Screen(props: ScreenProps) {
  const { state, layout, paint } = props;
  const { frame, width } = layout;
  const overlay = overlayInSight(layout, state);
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      <Header {...props} />
      <Box height={frame.body + Number(frame.hasHeading)} flexDirection="column">
        {overlay === undefined ? (
          <Table {...props} />
        ) : (
          <Lines lines={overlay} width={width} paint={paint} />
        )}
      </Box>
      {frame.hasFooter && <Footer {...props} />}
    </Box>
  );
}

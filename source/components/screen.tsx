/** The whole screen for one state. Pure: the same state and size draw the same frame. */
import { Box } from 'ink';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { overlayInSight, type ScreenProps } from './layout.ts';
import { Table } from './table.tsx';
import { Lines } from './text-line.tsx';

export function Screen(props: ScreenProps) {
  const { state, layout, paint } = props;
  const { frame, width, listWidth, side } = layout;
  const overlay = overlayInSight(layout, state);
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      <Header {...props} />
      <Box height={frame.body + Number(frame.hasHeading)} flexDirection="row">
        <Box width={listWidth} flexDirection="column">
          {overlay === undefined ? (
            <Table {...props} />
          ) : (
            <Lines lines={overlay} width={listWidth} paint={paint} />
          )}
        </Box>
        {side && <Lines lines={side.lines} width={side.width} paint={paint} />}
      </Box>
      {frame.hasFooter && <Footer {...props} />}
    </Box>
  );
}

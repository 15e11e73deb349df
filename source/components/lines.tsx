/** A column of lines. */
import { Box } from 'ink';
import type { Line } from '../text/line.ts';
import { type Paint, TextLine } from './text-line.tsx';

export type LinesProps = {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly paint: Paint;
};

export function Lines({ lines, width, paint }: LinesProps) {
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of a page is identified by its position
        <TextLine key={index} line={line} width={width} paint={paint} />
      ))}
    </Box>
  );
}

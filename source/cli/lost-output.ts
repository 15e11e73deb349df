/** Maps output stream errors to exits. */
import { printable } from '../text/printable.ts';
import type { Departure } from './departure.ts';
import { exitCodes } from './output.ts';

/** A closed pipe (`vigil list | head -1`) is not an error. A full disk is one, and a lost
 * terminal counts as a hang-up even if no SIGHUP arrives. */
export function watchOutput(
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  departure: Pick<Departure, 'onLostOutput' | 'onSignal'>,
): void {
  for (const stream of [stdout, stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return departure.onLostOutput(exitCodes.done);
      if (error.code === 'EIO') return departure.onSignal('SIGHUP');
      if (stream === stdout)
        stderr.write(`vigil: cannot write to stdout: ${printable(error.message)}\n`);
      departure.onLostOutput(exitCodes.survived);
    });
}

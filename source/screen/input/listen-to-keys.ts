/** Keys from a stream, however it is chunked. */
import { type Key, readKeys } from './key-reader.ts';

/** A lone ESC is the Escape key if nothing follows for this long: longer than the gap between two packets of
 * one sequence, shorter than a user notices. */
const escapeDelayMs = 30;

/** @param onEnd called when the terminal has hung up. */
export function listenToKeys(
  stream: NodeJS.ReadStream,
  onKeys: (keys: readonly Key[]) => void,
  onEnd: () => void,
) {
  let rest = '';
  let timer: NodeJS.Timeout | undefined;
  const take = (input: string, isComplete: boolean) => {
    const reading = readKeys(input, isComplete);
    rest = reading.rest;
    if (reading.keys.length > 0) onKeys(reading.keys);
    if (rest !== '' && !isComplete) timer = setTimeout(() => take(rest, true), escapeDelayMs);
  };
  const onData = (chunk: string) => {
    clearTimeout(timer);
    take(rest + chunk, false);
  };
  /** Another reader takes the stream; the rest of an incomplete sequence is dropped. */
  const pause = () => {
    clearTimeout(timer);
    rest = '';
    stream.pause();
  };
  stream.setEncoding('utf8');
  stream.on('data', onData);
  stream.on('end', onEnd);
  stream.on('error', onEnd);
  stream.resume();
  return {
    pause,
    resume: () => void stream.resume(),
    stop() {
      stream.off('data', onData);
      stream.off('end', onEnd);
      pause();
    },
  };
}

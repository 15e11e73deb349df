/** Keys from a stream, whatever pieces they arrive in. */
import { type Key, readKeys } from './key-reader.ts';

export type KeyStream = {
  setEncoding(encoding: 'utf8'): unknown;
  on(event: 'data', listener: (chunk: string) => void): unknown;
  on(event: 'end' | 'error', listener: () => void): unknown;
  off(event: 'data', listener: (chunk: string) => void): unknown;
  off(event: 'end' | 'error', listener: () => void): unknown;
  resume(): unknown;
  pause(): unknown;
};

export type Listening = {
  /** Somebody else reads the stream; what is left over of a sequence is forgotten. */
  pause(): void;
  resume(): void;
  stop(): void;
};

/** A lone ESC is the Escape key when nothing follows for this long: longer than the gap between
 * two packets of one sequence, shorter than a person notices. */
const escapeDelayMs = 30;

/** @param onEnd called when the terminal has gone away. */
export function listenToKeys(
  stream: KeyStream,
  onKeys: (keys: readonly Key[]) => void,
  onEnd: () => void,
): Listening {
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

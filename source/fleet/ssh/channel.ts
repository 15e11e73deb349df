/** One program whose output is read line by line: an ssh, or this vigil for `local`. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Ended } from './failure.ts';
import { createLineSplitter } from './line-splitter.ts';

/** What ssh and a far shell print at the end of stderr. */
const mostStderrBytes = 4096;
/** A shared connection in the background may hold the pipes open. */
const heldPipeMs = 100;
/** By then a program that was ended has exited. */
const exitTimeoutMs = 1000;

export type Channel = {
  /** Dropped if it has ended. */
  write(text: string): void;
  /** Closes its input. */
  end(): void;
  /** Ends the program, and calls back nothing any more. */
  stop(): void;
};

export type ChannelEvents = {
  readonly onLine: (line: string) => void;
  /** A line was longer than can be read: the program is ended. */
  readonly onFlood: () => void;
  /** Called once, after the last line. */
  readonly onEnd: (ended: Ended) => void;
};

/** @param argv program and arguments. @param hasInput whether something is written to it; else its input is empty. */
export function openChannel(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  hasInput: boolean,
  { onLine, onFlood, onEnd }: ChannelEvents,
): Channel {
  const [program = '', ...words] = argv;
  const stdin = hasInput ? 'pipe' : 'ignore';
  // In a session of its own: keys of our terminal are not for it.
  const child = spawn(program, words, { env, stdio: [stdin, 'pipe', 'pipe'], detached: true });
  let stderr = '';
  let received = 0;
  let isOver = false;
  const finish = (ended: Ended) => {
    if (isOver) return;
    isOver = true;
    release(child);
    onEnd(ended);
  };
  const stop = () => {
    isOver = true;
    release(child);
    end(child);
  };
  const split = createLineSplitter(
    line => {
      if (!isOver) onLine(line);
    },
    () => {
      stop();
      onFlood();
    },
  );
  child.stdout?.on('data', (chunk: Buffer) => {
    received += chunk.length;
    split(chunk);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-mostStderrBytes);
  });
  // It may exit without reading its input.
  child.stdin?.on('error', () => undefined);
  child.on('error', (error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? `${program} is not installed` : error.message;
    finish({ code: 255, signal: null, stderr: reason });
  });
  child.on('exit', (code, signal) => {
    // Its last output may still be in the pipe.
    const finishWhenQuiet = (before: number) =>
      setTimeout(
        () =>
          setImmediate(() =>
            received === before ? finish({ code, signal, stderr }) : finishWhenQuiet(received),
          ),
        heldPipeMs,
      );
    finishWhenQuiet(received);
  });
  child.on('close', (code, signal) => finish({ code, signal, stderr }));
  return {
    write(text) {
      if (!isOver && child.stdin?.writable === true) child.stdin.write(text);
    },
    end: () => child.stdin?.end(),
    stop,
  };
}

function end(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), exitTimeoutMs);
  child.on('exit', () => clearTimeout(timer));
}

/** Closes our ends of its pipes. */
function release(child: ChildProcess): void {
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
}

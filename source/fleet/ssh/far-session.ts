/** One command of a far vigil, from its first frame to its exit. */
import type { Reading } from '../../core/model/model.ts';
import type { FarLine, FarQuestion } from '../fleet.ts';
import { type FleetHost, farName } from '../fleet-host.ts';
import {
  type Confirmation,
  confirmationWith,
  type FarRequest,
  type Frame,
  farSchema,
  readFrame,
} from '../frames.ts';
import type { Channel } from './channel.ts';
import { failureOf } from './failure.ts';
import type { HostTools } from './watch-host.ts';

/** A login shell may greet before the first frame. */
const mostGreetingLines = 100;
/** A command prints no more than this. */
const mostFrames = 100_000;
const mostBytes = 32_000_000;

/** What was printed up to a question or the end. */
export type Printed = {
  readonly lines: readonly FarLine[];
  readonly messages: readonly string[];
  readonly document?: unknown;
};

export type FarStep = Printed &
  (
    | {
        readonly kind: 'asks';
        readonly questions: readonly FarQuestion[];
        readonly takesReason?: boolean;
        readonly takesDelay?: boolean;
      }
    | { readonly kind: 'ended'; readonly code: number }
    /** Without an exit: the connection has dropped, or nothing of it is a vigil's. */
    | { readonly kind: 'lost'; readonly reason: string }
  );

export type FarSession = {
  /** Resolves at the next question, or at the end. @param mostMs after which it counts as lost. */
  next(mostMs?: number): Promise<FarStep>;
  /** Confirms the questions. @returns whether it was sent; not once the session is over. */
  confirm(confirmation: Confirmation): boolean;
  /** Ends it; what was confirmed goes on there. */
  stop(): void;
};

/** @param timeoutMs of the first frame. */
export async function openFarSession(
  host: FleetHost,
  request: FarRequest,
  words: readonly string[],
  tools: Pick<HostTools, 'open' | 'reset'>,
  timeoutMs: number,
): Promise<Reading<FarSession>> {
  let printed = empty();
  let greetings = 0;
  let frames = 0;
  let bytes = 0;
  let hasAnswered = false;
  let code: number | undefined;
  let channel: Channel | undefined;
  const steps: FarStep[] = [];
  let waiting: ((step: FarStep) => void) | undefined;
  let isOver = false;
  const push = (step: FarStep) => {
    printed = empty();
    if (waiting === undefined) steps.push(step);
    else waiting(step);
    waiting = undefined;
  };
  const lose = (reason: string) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    channel?.stop();
    push({ kind: 'lost', reason, ...printed });
  };
  const timer = setTimeout(() => {
    tools.reset();
    lose(`no answer within ${Math.round(timeoutMs / 1000)} s`);
  }, timeoutMs);
  const take = (frame: Frame) => {
    switch (frame.frame) {
      case 'hello':
        hasAnswered = true;
        clearTimeout(timer);
        if (frame.schema !== farSchema)
          lose(
            `its vigil speaks ${frame.schema.slice(0, 60)}, and this one ${farSchema}: update the older of the two`,
          );
        return;
      case 'lines':
        printed.lines.push(...frame.lines);
        return;
      case 'warn':
        printed.messages.push(frame.text);
        return;
      case 'json':
        printed.document = frame.value;
        return;
      case 'questions': {
        const { questions, takesReason, takesDelay } = frame;
        return push({ kind: 'asks', questions, takesReason, takesDelay, ...printed });
      }
      case 'exit':
        code = frame.code;
        isOver = true;
        clearTimeout(timer);
        channel?.end();
        return push({ kind: 'ended', code, ...printed });
    }
  };
  const opened = await tools.open([farName, JSON.stringify(request), ...words], {
    onLine(line) {
      if (isOver) return;
      bytes += line.length;
      const frame = readFrame(line);
      if (frame === undefined || (!hasAnswered && frame.frame !== 'hello')) {
        if (hasAnswered || ++greetings > mostGreetingLines)
          lose('printed something other than an answer');
        return;
      }
      if (++frames > mostFrames || bytes > mostBytes) return lose('prints more than can be read');
      take(frame);
    },
    onFlood: () => lose('prints more than can be read'),
    onEnd: ended => lose(failureOf(ended, host.name, host.command)),
  });
  if (!opened.ok) {
    clearTimeout(timer);
    return opened;
  }
  channel = opened.value;
  if (isOver) channel.end();
  return {
    ok: true,
    value: {
      next(mostMs) {
        const step = steps.shift();
        if (step !== undefined) return Promise.resolve(step);
        const reason = `no answer within ${Math.round((mostMs ?? 0) / 1000)} s`;
        const limit = mostMs === undefined ? undefined : setTimeout(lose, mostMs, reason);
        return new Promise(resolve => {
          waiting = found => {
            clearTimeout(limit);
            resolve(found);
          };
        });
      },
      confirm(confirmation) {
        if (isOver) return false;
        channel?.write(`${confirmationWith(confirmation)}\n`);
        return true;
      },
      stop: () => lose('vigil has ended the connection'),
    },
  };
}

type Printing = { lines: FarLine[]; messages: string[]; document?: unknown };

function empty(): Printing {
  return { lines: [], messages: [] };
}

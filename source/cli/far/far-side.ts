/** `vigil __far REQUEST COMMAND…`: this vigil is run by one on another machine. What a command prints goes there as frames, and
 * the confirmation comes from there. */
import type { AuditLog } from '../../core/ports/audit-log.ts';
import type { Host } from '../../core/ports/host.ts';
import {
  type FarRequest,
  type Frame,
  farSchema,
  longestTransitMs,
  readConfirmation,
  readRequest,
} from '../../fleet/frames.ts';
import { exitCodes, type Output } from '../output.ts';
import type { Stream } from '../output-stream.ts';

export type FarSide = ReturnType<typeof createFarSide>;

type Streams = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: Stream;
};

/** @param text the request. @param onLost called when the other machine is gone, or does not wait any more.
 * @returns nothing if the request cannot be read. */
export function openFarSide(
  text: string | undefined,
  streams: Streams,
  version: string,
  onLost: () => void,
): FarSide | undefined {
  const request = text === undefined ? undefined : readRequest(text);
  return request && createFarSide(request, streams, version, onLost);
}

/** Outcomes of a run in the audit log, by exit code. */
const outcomes: Readonly<Record<number, string>> = {
  [exitCodes.done]: 'done',
  [exitCodes.refused]: 'refused',
  [exitCodes.unreadable]: 'unreadable',
};
/** What a shutdown asks for. */
const shutdownWord = 'shutdown';
/** Of an answer, in characters. */
const longestLine = 10_000;
/** Messages that are kept with the outcome. */
const mostNotes = 20;

function createFarSide(
  request: FarRequest,
  { stdin, stdout }: Streams,
  version: string,
  onLost: () => void,
) {
  const write = (frame: Frame) => stdout.write(`${JSON.stringify(frame)}\n`);
  const messages: string[] = [];
  let log: Pick<AuditLog, 'write'> | undefined;
  let command = '';
  let isConfirmed = false;
  let isGone = false;
  let answer: ((line: string) => void) | undefined;
  let typed = '';
  write({ frame: 'hello', schema: farSchema, version });
  stdin.setEncoding('utf8');
  stdin.on('data', (part: string) => {
    typed = (typed + part).slice(0, longestLine);
    const at = typed.indexOf('\n');
    if (at < 0) return;
    const line = typed.slice(0, at);
    typed = typed.slice(at + 1);
    answer?.(line);
  });
  const leave = () => {
    if (isGone) return;
    isGone = true;
    answer?.('');
    onLost();
  };
  stdin.on('end', leave);
  stdin.on('error', leave);
  const ask = async (texts: readonly string[], word?: string) => {
    if (isGone) return undefined;
    const questions = texts.map(text => ({ text, word }));
    const takesReason = command !== 'reconcile';
    write({ frame: 'questions', questions, takesReason, takesDelay: true });
    const askedAt = performance.now();
    const line = await new Promise<string>(resolve => {
      answer = resolve;
    });
    answer = undefined;
    const confirmed = readConfirmation(line);
    const transitMs =
      performance.now() - askedAt - (confirmed?.delayMs ?? Number.POSITIVE_INFINITY);
    if (transitMs > longestTransitMs) {
      output.warn(`vigil ${command}: refused: the confirmation came too late`);
      return undefined;
    }
    isConfirmed = confirmed !== undefined;
    // Whoever has confirmed it finds it by this line if the connection drops now.
    if (isConfirmed) log?.write({ event: 'run', target: command });
    return confirmed;
  };
  const output: Output = {
    charset: 'unicode',
    lines: lines => write({ frame: 'lines', lines }),
    json: value => write({ frame: 'json', value }),
    warn(message) {
      if (isConfirmed && messages.length < mostNotes) messages.push(message);
      write({ frame: 'warn', text: message });
    },
  };
  return {
    request,
    output,
    /** For commands that ask whether to go ahead. */
    changes: {
      confirmAll: (questions: readonly string[]) => ask(questions),
      identities: request.identities,
    },
    /** For commands that ask for a word. */
    wordChanges: {
      confirmAll: (questions: readonly string[]) => ask(questions, shutdownWord),
    },
    /** Records the run in the audit log of the machine. @returns the exit code if the request is for another boot. */
    begin({ auditLog, machine }: Pick<Host, 'auditLog' | 'machine'>, name: string) {
      log = auditLog;
      command = name;
      const { bootId } = request;
      if (bootId === undefined || bootId === machine.bootId) return undefined;
      output.warn(`vigil ${name}: refused: this machine was restarted since`);
      return exitCodes.refused;
    },
    /** Tells the exit code. */
    conclude(code: number): number {
      if (isConfirmed)
        log?.write({
          ...{ event: 'run', target: command, notes: messages },
          outcome: outcomes[code] ?? 'incomplete',
        });
      write({ frame: 'exit', code });
      return code;
    },
  };
}

/** What an ending may do to the machine, as a type: `host/hands.ts` does it. */
import type { Escalation, Process, ProcessRef, Reading } from '../model.ts';
import type { NewSession, SessionRef, SessionScreen, StartedSession } from '../ports/sessions.ts';

export type SignalName = 'SIGUSR1' | 'SIGTERM' | 'SIGCONT' | 'SIGSTOP' | 'SIGKILL';

/** `gone`: nobody with this identity is there any more, which is what was wanted. */
export type SignalResult = 'sent' | 'gone' | 'denied';

/** A process with what was seen of it: who has its number and its clock tick by now is known by it. */
export type SeenProcess = Pick<Process, 'pid' | 'start' | 'startedAt' | 'ppid' | 'sid'>;

export type AuditEntry = SignalEntry | EndedEntry;

/** What came of one target, once it is on record: also for whoever's terminal was gone by then. */
export type EndedEntry = {
  readonly target: string;
  readonly reason: string;
  readonly outcome: string;
  readonly processes: number;
  readonly durationMs: number;
  readonly errors: readonly string[];
};

export type SignalEntry = {
  readonly pid: number;
  readonly start: string;
  readonly command: string;
  readonly signal: SignalName;
  readonly reason: string;
  readonly target: string;
  readonly stage: string;
  readonly result: SignalResult;
};

export type Hands = {
  /** Opens a handle of each process, so that a reused number is seen even within a clock tick.
   * @returns those that are over already. */
  hold(processes: readonly SeenProcess[]): readonly ProcessRef[];
  /** False where somebody else has the number and the clock tick of a process that is held. */
  isItself(process: ProcessRef): boolean;
  /** Checks the identity and sends at once. Never to pid 0, 1, 2 or below. */
  signal(process: ProcessRef, name: SignalName): SignalResult;
  /** Tests that it is the same session and kills it, in one command of tmux. A server that does not
   * answer makes it unknown: the command may still take effect. */
  killSession(session: SessionRef): Promise<Reading<true>>;
  /** Starts a session whose pane stays when its program ends, so that its last words can be read.
   * Where the server does not answer, the session may still come to be later. */
  startSession(session: NewSession): Promise<Reading<StartedSession>>;
  /** The last lines on the session's screen, and whether its program has ended. */
  readScreen(session: SessionRef): Promise<Reading<SessionScreen>>;
  /** From now on the session ends with its program. */
  letGo(session: SessionRef): Promise<Reading<true>>;
  /** Written down before the first signal: whoever comes after a crash knows whose they are.
   * @param key of the row that is ended. */
  noteEnding(key: string, processes: readonly ProcessRef[]): void;
  /** How far endings are, by their keys, for whoever looks on. */
  noteStages(stages: ReadonlyMap<string, Escalation>): void;
  /** Written down before the first SIGSTOP: whoever comes after a crash lets them go on.
   * @returns whether it could be; nobody may be stopped otherwise. */
  noteStopped(processes: readonly ProcessRef[]): boolean;
  /** Wakes whom a vigil that was killed left stopped. @returns who that was. */
  wakeLeft(): readonly ProcessRef[];
  /** For an exit that nobody saw coming: wakes whom we stopped. @returns who was being ended and is
   * alive. */
  abandon(): readonly ProcessRef[];
  /** It is over, or given up: lets go of its handles and of its note. */
  release(key: string, processes: readonly ProcessRef[]): void;
  /** One line a signal, and one for what came of it. */
  audit(entry: AuditEntry): void;
  /** Another line of the log: what was done, and more about it. */
  note(event: string, more: Readonly<Record<string, unknown>>): void;
  /** What could not be written down since this was asked last; no ending waits for it. */
  troubles(): readonly string[];
};

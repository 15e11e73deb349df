/** The port through which the screen and the commands use a fleet. */
import type { Aspect } from '../core/model/inspection.ts';
import type { Reading } from '../core/model/model.ts';
import type { Tone } from '../text/line.ts';
import type { FleetHost } from './fleet-host.ts';
import type { FarSnapshot, FarTarget, HostState } from './host-state.ts';

/** What a far vigil can be asked to do. `kill` needs targets; the others are about the whole machine. */
export type FarVerb = 'kill' | 'sweep' | 'reconcile' | 'shutdown';

/** A line as the far vigil prints it, raw. */
export type FarLine = readonly { readonly text: string; readonly tone: Tone }[];

/** A question of the far vigil. @property word what has to be typed; without one it is yes or no. */
export type FarQuestion = { readonly text: string; readonly word?: string };

/** The plan of a far vigil. The far process has frozen it, and waits: `execute` runs exactly this plan. */
export type FarPlan = {
  readonly host: FleetHost;
  /** Id of the run; the entries of the far `vigil log` carry it (`by.run`). */
  readonly run: string;
  readonly lines: readonly FarLine[];
  /** Warnings and refusals, one sentence each. */
  readonly messages: readonly string[];
  /** The plan as the `--json` of the command has it; absent if there is none. */
  readonly document?: unknown;
  /** Every one has to be confirmed. Without any there is nothing to do, or it was refused: see `code`. */
  readonly questions: readonly FarQuestion[];
  /** Whether a reason can be given with the confirmation. */
  readonly takesReason?: boolean;
  /** The exit code of a plan that cannot be executed. */
  readonly code?: number;
  /** Confirms all questions. The far side judges every target again first. Never rejects; if the connection drops, the far
   * side goes on, and the outcome is read from its log once it can be reached again.
   * @param onLost called when the connection has dropped, with one line. @param reason for the registry and the audit log there. */
  execute(onLost?: (why: string) => void, reason?: string): Promise<FarOutcome>;
  /** Ends the far process; nothing is done. */
  drop(): void;
};

/** How a run went. */
export type FarOutcome = {
  /** `known`: as the far vigil reported it, or as its log has it. `lost`: the host could not be reached again in time. */
  readonly kind: 'known' | 'lost';
  /** The exit code of the far command; 1 if it is not known. */
  readonly code: number;
  readonly lines: readonly FarLine[];
  readonly messages: readonly string[];
  readonly document?: unknown;
};

export type PlanRequest = {
  readonly host: string;
  readonly verb: FarVerb;
  /** Of `kill`; all on this host. */
  readonly targets: readonly FarTarget[];
  /** More operands, as typed: names of targets that the far side finds itself. */
  readonly names?: readonly string[];
  /** More options of the far command, such as `--include-suspected`. */
  readonly words?: readonly string[];
};

/** What a far command has printed. @property reason why there is no exit code, in one line. */
export type FarAnswer = {
  readonly lines: readonly FarLine[];
  readonly messages: readonly string[];
  readonly document?: unknown;
} & (
  | { readonly code: number; readonly reason?: undefined }
  | { readonly code?: undefined; readonly reason: string }
);

/** What the commands use: each call is a command of its own on the far side. */
export type FarCommands = Pick<Fleet, 'hosts' | 'subscribe' | 'plan' | 'close'> & {
  /** One snapshot. @param words options of `list`. */
  snapshot(host: string, words: readonly string[]): Promise<Reading<FarSnapshot>>;
  /** Runs a command that changes nothing: `why`, `log`, `wait`.
   * @param about the boot and the processes that are meant; the answer is a refusal if it has others by now.
   * @param signal ends it, with a reason instead of an exit code. */
  ask(
    host: string,
    words: readonly string[],
    about?: FarSubject,
    signal?: AbortSignal,
  ): Promise<FarAnswer>;
};

/** What a command is about. @property bootId the boot that it is meant for. @property identities `pid@start` of the main
 * process, by key of the row. @property aspect of `why`: what a view shows of the row. */
export type FarSubject = {
  readonly bootId?: string;
  readonly identities?: Readonly<Record<string, string>>;
  readonly aspect?: Aspect;
};

export type Fleet = {
  readonly hosts: readonly FleetHost[];
  /** @param listener called at once, and after every change, with a state for each host in their order.
   * @returns a function that ends the subscription. */
  subscribe(listener: (states: readonly HostState[]) => void): () => void;
  /** Makes a plan on the far side. @returns it, or one line that says why there is none. */
  plan(request: PlanRequest): Promise<Reading<FarPlan>>;
  /** Program and arguments that attach the terminal to a session there (`ssh -t HOST tmux attach`). */
  attachCommand(
    host: string,
    session: { readonly socket: string; readonly name: string },
  ): readonly string[];
  /** How often hosts report, milliseconds. */
  setInterval(intervalMs: number): void;
  /** Tries a host again at once that has failed. */
  retry(host: string): void;
  /** Ends every connection. Runs that were confirmed go on there. */
  close(): Promise<void>;
};

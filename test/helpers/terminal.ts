/** A program on its own pseudo-terminal, without a shell: its raw bytes, sizes, hang-up and exit
 * status. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.ts';

export type ExitReport = {
  readonly code: number | null;
  readonly signal: string | null;
  /** Whether the terminal is back in cooked mode with echo; nothing if it is gone. */
  readonly cooked: boolean | null;
};

export type OwnTerminal = {
  pid(): Promise<number>;
  /** Everything the program has printed. */
  output(): string;
  prints(what: string | RegExp): Promise<void>;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** As when ssh drops: closes the other end of the terminal. */
  hangUp(): void;
  readonly left: Promise<ExitReport>;
  close(): void;
};

const program = fileURLToPath(new URL('../programs/terminal.py', import.meta.url));

export function openTerminal(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  { columns = 100, rows = 30 } = {},
): OwnTerminal {
  const child = spawn('python3', [program, String(rows), String(columns), ...command], {
    // Python would turn C into a UTF-8 locale for its children.
    env: { ...env, PYTHONCOERCECLOCALE: '0' },
    cwd: '/',
    stdio: 'pipe',
  });
  let output = '';
  let facts = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    facts += text;
  });
  child.stdin.on('error', () => undefined);
  const order = (line: string) => void child.stdin.write(`${line}\n`);
  const pidSaid = () => Number(/"pid": (\d+)/.exec(facts)?.[1] ?? 0);
  const left = new Promise<ExitReport>((resolve, reject) =>
    child.on('close', () => {
      const last = facts.trim().split('\n').at(-1) ?? '';
      if (last.includes('"code"')) resolve(JSON.parse(last));
      else reject(new Error(`the terminal ended early: ${facts}`));
    }),
  );
  left.catch(() => undefined);
  return {
    pid: () => eventually('the program has a pid', () => pidSaid() || undefined),
    output: () => output,
    async prints(what) {
      await eventually(`the terminal prints ${what}`, () =>
        typeof what === 'string' ? output.includes(what) : what.test(output),
      ).catch((error: Error) => {
        throw new Error(`${error.message}\n${JSON.stringify(output.slice(-3000))}`);
      });
    },
    type: text => order(`type ${Buffer.from(text).toString('hex')}`),
    resize: (columns, rows) => order(`size ${rows} ${columns}`),
    hangUp: () => order('hangup'),
    left,
    close() {
      if (pidSaid() > 2 && child.exitCode === null)
        try {
          process.kill(pidSaid(), 'SIGKILL');
        } catch {
          // It has exited.
        }
      child.kill('SIGKILL');
    },
  };
}

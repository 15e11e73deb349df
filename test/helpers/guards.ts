/** A real `vigil watch` beside the test, and what it says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { cliPath, vigilEnv } from './vigil.ts';

export type Said = {
  readonly event: string;
  readonly time: string;
  readonly text: string;
} & Readonly<Record<string, unknown>>;

export type RunningGuard = {
  readonly child: ChildProcess;
  readonly pid: number;
  /** All events so far. */
  said(): readonly Said[];
  /** Waits for an event. */
  until(what: string, isWanted: (said: Said) => boolean): Promise<Said>;
  /** Its exit code or signal, once it has exited, and what it wrote to stderr. */
  readonly exited: Promise<{ readonly how: number | string | null; readonly stderr: string }>;
};

export type Guards = {
  /** Writes the configuration file: the key `guard`, and others. */
  configure(guard: unknown, others?: object): void;
  start(words: readonly string[], env?: Readonly<Record<string, string>>): RunningGuard;
  close(): void;
};

/** @param directory a private one. @param state vigil's state directory. */
export function createGuards(directory: string, state: string): Guards {
  const config = join(directory, 'config');
  const children: ChildProcess[] = [];
  mkdirSync(join(config, 'vigil'), { recursive: true });
  return {
    configure: (guard, others = {}) =>
      writeFileSync(join(config, 'vigil', 'config.json'), JSON.stringify({ guard, ...others })),
    start(words, env = {}) {
      const child = spawn(process.execPath, [cliPath, 'watch', '--json', ...words], {
        env: vigilEnv({ XDG_CONFIG_HOME: config, XDG_STATE_HOME: state, ...env }),
        cwd: '/',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      let text = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', chunk => {
        text += chunk;
      });
      child.stderr.setEncoding('utf8').on('data', chunk => {
        stderr += chunk;
      });
      const said = () =>
        text
          .split('\n')
          .slice(0, -1)
          .map(line => JSON.parse(line) as Said);
      return {
        child,
        pid: child.pid as number,
        said,
        until: (what, isWanted) =>
          eventually(`the guard says ${what}: ${stderr}`, () => said().find(isWanted), 60_000),
        exited: new Promise(resolve =>
          child.on('close', (code, signal) => resolve({ how: code ?? signal, stderr })),
        ),
      };
    },
    close() {
      for (const child of children) {
        child.kill('SIGCONT');
        child.kill('SIGKILL');
      }
    },
  };
}

export const isEvent = (name: string) => (said: Said) => said.event === name;

/** From a process's name and arguments to what kind of program it is. */

import type { Process } from '../model.ts';
import { type AgentProgram, agentPrograms } from './agent-programs.ts';
import {
  infrastructure,
  interpreters,
  interpreterValueOptions,
  interpreterVerbs,
  shells,
  wrappers,
} from './known-programs.ts';

/** What a program is, from its own name alone. `shell` is one that waits for input or carries a
 * command line; a shell that runs a script is what its script is. */
export type Kind =
  | { readonly kind: 'agent'; readonly program: string }
  | { readonly kind: 'mcp' }
  | { readonly kind: 'agent shell'; readonly program: string }
  | { readonly kind: 'shell' }
  | { readonly kind: 'wrapper' }
  | { readonly kind: 'tmux server' }
  | { readonly kind: 'infrastructure' }
  | { readonly kind: 'other' };

export type Recogniser = (process: Process) => Kind;

/** Makes a recogniser over the known programs and `extra` ones. It remembers its answer for each
 * `argv` array, which the process adapter keeps for as long as the command line is the same. */
export function createRecogniser(extra: readonly AgentProgram[] = []): Recogniser {
  const index = indexOf([...extra, ...agentPrograms]);
  const known = new WeakMap<readonly string[], { name: string; kind: Kind }>();
  return process => {
    const before = known.get(process.argv);
    if (before !== undefined && before.name === process.name) return before.kind;
    const kind = recognise(process.name, process.argv, index);
    known.set(process.argv, { name: process.name, kind });
    return kind;
  };
}

/** @returns the kind of a program with this kernel name and these arguments. */
export function recognise(
  name: string,
  argv: readonly string[],
  index: ProgramIndex = defaultIndex,
): Kind {
  // tmux renames its server; the client that started it has the same arguments.
  if (name.startsWith('tmux: server')) return { kind: 'tmux server' };
  if (name.startsWith('tmux: client')) return { kind: 'wrapper' };
  const first = argv[0];
  if (first === undefined) return { kind: infrastructure.has(name) ? 'infrastructure' : 'other' };
  const executable = executableOf(first);
  const command = baseName(executable);
  const { script, rest } = scriptOf(command, argv);
  const itself = programAt(executable, index) ?? programByVersion(command, name, index);
  if (itself !== undefined) return agentOrHelper(itself, argv.slice(1));
  const run = script === undefined ? undefined : programAt(script, index);
  if (run !== undefined) return agentOrHelper(run, rest);
  if (isMcp(executable) || (script !== undefined && isMcp(script))) return { kind: 'mcp' };
  if (infrastructure.has(command) || infrastructure.has(name)) return { kind: 'infrastructure' };
  if (shells.has(command)) {
    // claude runs its background shells from a snapshot of the person's shell.
    if (argv.some(word => word.includes('/.claude/shell-snapshots/')))
      return { kind: 'agent shell', program: 'claude' };
    return { kind: script === undefined ? 'shell' : 'other' };
  }
  if (wrappers.has(command)) return { kind: 'wrapper' };
  return { kind: 'other' };
}

/** What a person may call this program: the kernel's name for it, its file's name, and the name of the
 * script that an interpreter runs. */
export function programNamesOf({ name, argv }: Process): readonly string[] {
  const first = argv[0];
  if (first === undefined) return [name];
  const command = baseName(executableOf(first));
  const { script } = scriptOf(command, argv);
  return [name, command, ...(script === undefined ? [] : [baseName(script)])];
}

/** The programs by what gives them away: one look-up and one search for a whole table. */
type ProgramIndex = {
  readonly byCommand: ReadonlyMap<string, AgentProgram>;
  readonly byPath: ReadonlyMap<string, AgentProgram>;
  readonly anyPath: RegExp;
};

function indexOf(programs: readonly AgentProgram[]): ProgramIndex {
  const byCommand = new Map<string, AgentProgram>();
  const byPath = new Map<string, AgentProgram>();
  for (const program of programs) {
    for (const command of program.commands)
      if (!byCommand.has(command)) byCommand.set(command, program);
    for (const part of program.paths) byPath.set(part, program);
  }
  const parts = [...byPath.keys()].map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { byCommand, byPath, anyPath: new RegExp(parts.join('|')) };
}

const defaultIndex = indexOf(agentPrograms);

function programAt(path: string, { byCommand, byPath, anyPath }: ProgramIndex) {
  const part = anyPath.exec(path)?.[0];
  return byCommand.get(baseName(path)) ?? (part === undefined ? undefined : byPath.get(part));
}

/** A native build may show its version as its name while the kernel still has the program's. */
function programByVersion(command: string, name: string, { byCommand }: ProgramIndex) {
  return /^v?\d+(\.\d+)+/.test(command) ? byCommand.get(name) : undefined;
}

function agentOrHelper(program: AgentProgram, rest: readonly string[]): Kind {
  const word = firstWord(rest, new Set(program.valueOptions));
  if (word !== undefined && program.helpers.includes(word))
    return { kind: word.includes('mcp') ? 'mcp' : 'other' };
  if (rest.some(option => /^--([\w-]+-)?mcp$/.test(option))) return { kind: 'mcp' };
  return { kind: 'agent', program: program.name };
}

function firstWord(words: readonly string[], valueOptions: ReadonlySet<string>) {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') return undefined;
    if (valueOptions.has(word)) index++;
    else if (!word.startsWith('-') && word !== '') return word;
  }
  return undefined;
}

/** The script that an interpreter runs; none for `sh -c …`, `node -e …` and an idle shell. */
function scriptOf(command: string, argv: readonly string[]) {
  const rest: readonly string[] = [];
  if (!interpreters.has(command.replace(/\d+(\.\d+)*$/, '')) && !interpreters.has(command))
    return { script: undefined, rest };
  for (let index = 1; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '-m') return { script: argv[index + 1], rest: argv.slice(index + 2) };
    if (word === '-c' || word === '-e' || word === '--eval' || /^-[a-z]*c$/.test(word))
      return { script: undefined, rest };
    if (interpreterValueOptions.has(word)) index++;
    else if (!word.startsWith('-') && !(index <= 2 && interpreterVerbs.has(word)))
      return { script: word, rest: argv.slice(index + 1) };
  }
  return { script: undefined, rest };
}

/** `mcp` as a word of a file or package name: mcp-server-git, @playwright/mcp, server_mcp.py. */
function isMcp(path: string): boolean {
  if (!/mcp|modelcontextprotocol/i.test(path)) return false;
  if (path.includes('@modelcontextprotocol/')) return true;
  return path
    .split('/')
    .slice(-3)
    .some(part => /(^|[^a-z])mcp([^a-z]|$)/i.test(part));
}

/** A program that sets its own title shows one string: keep its first word. */
function executableOf(first: string): string {
  const path = first.startsWith('-') ? first.slice(1) : first;
  return path.includes('/') ? path : (path.split(' ')[0] ?? path);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Kind of program, from a process's name and arguments. */

import type { Origin, Process } from '../model/model.ts';
import { type AgentProgram, agentPrograms } from './agent-programs.ts';
import { baseName, executableOf, packageOf, scriptOf, wordsOf } from './command-line.ts';
import { infrastructure, launchers, launcherVerbs, shells, wrappers } from './known-programs.ts';

/** What a program is, from its own name alone. `shell` waits for input or runs a command line; a shell that
 * runs a script is what its script is. */
export type Kind =
  | { readonly kind: 'agent'; readonly program: string }
  /** A vendor's daemon that serves several agents: none of them owns it. */
  | { readonly kind: 'host'; readonly program: string }
  | { readonly kind: 'mcp' }
  | { readonly kind: 'agent shell'; readonly program: string }
  | { readonly kind: 'shell' }
  | { readonly kind: 'wrapper' }
  /** Starts a package by name and remains its parent: the child identifies it. */
  | { readonly kind: 'launcher' }
  | { readonly kind: 'tmux server' }
  | { readonly kind: 'infrastructure' }
  | { readonly kind: 'other' };

export type Recogniser = (process: Process) => Kind;

/** Creates a recogniser for the known programs and `extra` ones. Results are cached per `argv` array, which
 * the process adapter keeps for as long as the command line is the same. */
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
  const words = wordsOf(argv);
  const executable = executableOf(words[0] ?? first);
  const command = baseName(executable);
  const { script, rest } = scriptOf(command, words);
  const itself = programOf(executable, index) ?? programByVersion(command, name, index);
  if (itself !== undefined) return agentOrHelper(itself, words.slice(1));
  const run = script === undefined ? undefined : programOfScript(script, index);
  if (run !== undefined) return agentOrHelper(run, rest);
  const started = startedByLauncher(command, words);
  if (started !== undefined) return { kind: isMcpName(started) ? 'mcp' : 'launcher' };
  if (isMcp(command, words) || (script !== undefined && isMcpScript(script, rest)))
    return { kind: 'mcp' };
  if (infrastructure.has(command) || infrastructure.has(name)) return { kind: 'infrastructure' };
  if (shells.has(command)) {
    // claude runs its background shells from a snapshot of the user's shell.
    if (words.some(word => word.includes('/.claude/shell-snapshots/')))
      return { kind: 'agent shell', program: 'claude' };
    return { kind: script === undefined ? 'shell' : 'other' };
  }
  if (wrappers.has(command)) return { kind: 'wrapper' };
  return { kind: 'other' };
}

/** A process may give itself any name and arguments: infrastructure and tmux servers are known by the executable, or by
 * the name that the kernel took from it, where one of them could be read. */
export function confirmedKind(
  kind: Kind,
  { executable, kernelName }: Pick<Origin, 'executable' | 'kernelName'> = {},
): Kind {
  if (executable === undefined && kernelName === undefined) return kind;
  const name = baseName(executable ?? kernelName ?? '');
  const isIt =
    kind.kind === 'tmux server'
      ? name.includes('tmux')
      : kind.kind !== 'infrastructure' || isInfrastructure(name, executable === undefined);
  return isIt ? kind : { kind: 'other' };
}

/** @param isCut the kernel keeps the first 15 characters of a name. */
function isInfrastructure(name: string, isCut: boolean): boolean {
  if (infrastructure.has(name)) return true;
  return isCut && name.length === 15 && [...infrastructure].some(each => each.startsWith(name));
}

/** Names a user may use for this program: the kernel's, the executable's, and that of the script an
 * interpreter runs. */
export function programNamesOf({ name, argv }: Process): readonly string[] {
  const first = argv[0];
  if (first === undefined) return [name];
  const command = baseName(executableOf(first));
  const { script } = scriptOf(command, argv);
  return [name, command, ...(script === undefined ? [] : [baseName(script)])];
}

/** Programs indexed by what identifies them: one map look-up and one search per process. */
type ProgramIndex = {
  readonly byCommand: ReadonlyMap<string, AgentProgram>;
  readonly byPackage: ReadonlyMap<string, AgentProgram>;
  readonly byPath: ReadonlyMap<string, AgentProgram>;
  readonly anyPath: RegExp;
};

function indexOf(programs: readonly AgentProgram[]): ProgramIndex {
  const byCommand = new Map<string, AgentProgram>();
  const byPackage = new Map<string, AgentProgram>();
  const byPath = new Map<string, AgentProgram>();
  for (const program of programs) {
    for (const command of program.commands)
      if (!byCommand.has(command)) byCommand.set(command, program);
    for (const name of program.packages) byPackage.set(name, program);
    for (const part of program.paths) byPath.set(part, program);
  }
  const parts = [...byPath.keys()].map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { byCommand, byPackage, byPath, anyPath: new RegExp(parts.join('|')) };
}

const defaultIndex = indexOf(agentPrograms);

/** By file name, or by the path of a native install; other directory names are ignored. */
function programOf(path: string, index: ProgramIndex) {
  const known = index.byCommand.get(baseName(path));
  return known ?? (isVersion(baseName(path)) ? programByPath(path, index) : undefined);
}

function programOfScript(script: string, index: ProgramIndex) {
  const own = packageOf(script);
  return (
    index.byCommand.get(baseName(script)) ??
    (own === undefined ? programByPath(script, index) : index.byPackage.get(own))
  );
}

function programByPath(path: string, { byPath, anyPath }: ProgramIndex) {
  const part = anyPath.exec(path)?.[0];
  return part === undefined ? undefined : byPath.get(part);
}

function isVersion(name: string): boolean {
  return /^v?\d+(\.\d+)+/.test(name);
}

/** A native build may set its version as its title while the kernel still has the program's name. */
function programByVersion(command: string, name: string, { byCommand }: ProgramIndex) {
  return isVersion(command) ? byCommand.get(name) : undefined;
}

function agentOrHelper(program: AgentProgram, rest: readonly string[]): Kind {
  const word = firstWord(rest, new Set(program.valueOptions));
  if (program.isHost(rest, word)) return { kind: 'host', program: program.name };
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

/** @returns the package that a launcher starts; undefined if it is no launcher. */
function startedByLauncher(command: string, words: readonly string[]): string | undefined {
  const verbs = launcherVerbs[command];
  if (verbs !== undefined ? !verbs.includes(words[1] ?? '') : !launchers.has(command))
    return undefined;
  const named = words
    .slice(verbs === undefined ? 1 : 2)
    .filter(word => !word.startsWith('-') && word !== 'uvx' && word !== 'run');
  return named[0] ?? '';
}

/** By the executable's name, or with `mcp` for a subcommand. */
function isMcp(command: string, words: readonly string[]): boolean {
  return isMcpName(command) || (words[1] === 'mcp' && !shells.has(command));
}

/** By script name, package, or an `mcp` subcommand; never by a directory's name. */
function isMcpScript(script: string, rest: readonly string[]): boolean {
  const own = packageOf(script);
  return rest[0] === 'mcp' || isMcpName(baseName(script)) || (own !== undefined && isMcpName(own));
}

/** `mcp` as a word of a file or package name: mcp-server-git, @playwright/mcp, server_mcp.py. */
function isMcpName(name: string): boolean {
  return name.startsWith('@modelcontextprotocol/') || /(^|[^a-z])mcp([^a-z]|$)/i.test(name);
}

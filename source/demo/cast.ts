/** What is there when the story begins: tasks, and the agents that are recorded in them. */

export const project = '/home/dev/project';
export const workspace = `${project}/.agent-workspace`;

/** Ids by the names that the story uses. */
export const tasks = {
  audit: 'TASK-20251029-225319-45548b6a',
  api: 'TASK-20251030-091204-7c1e0d9f',
  paths: 'TASK-20251018-213115-d9cfa244',
} as const;
export type TaskName = keyof typeof tasks;

/** What each task is about. */
export const descriptions: Readonly<Record<TaskName, string>> = {
  audit: 'Audit how registries are written, and fix the locks',
  api: 'Move the API to its new schema',
  paths: 'Find out where workspace paths are resolved',
};

type Program = 'claude' | 'codex' | 'gemini';

/** How an agent behaves once it runs. */
export type Manner = {
  readonly program: Program;
  /** Progress a minute, percent; without any it does nothing. */
  readonly perMinute: number;
  /** Ignores SIGTERM and the end of its terminal. */
  readonly isStubborn?: boolean;
  /** Its memory grows until the kernel kills it. */
  readonly isGrowing?: boolean;
  /** Its MCP server has a session of its own, and outlives it. */
  readonly isLeaking?: boolean;
  /** Its MCP server is started again, once, when all of it was ended. */
  readonly isRestarted?: boolean;
  /** Done, it stays for this long before it exits, milliseconds. */
  readonly lingersMs?: number;
};

export type Part = readonly [
  id: string,
  task: TaskName,
  status: string,
  progress: number,
  /** Since its start. */
  minutes: number,
  /** What its session holds; without one there is no session. */
  holds?: Manner | 'shell',
  parent?: string,
];

/** Names that the story comes back to. */
export const known = {
  auditor: 'code_auditor-225401-71587d',
  fixer: 'registry_fixer-225412-09aa1c',
  prober: 'api_prober-091410-4d5e6f',
  reader: 'edge_case_prober-231822-a91f3e',
  grower: 'heap_profiler-232010-3f7b21',
  done: 'link_checker-091811-e07a52',
  migrator: 'schema_migrator-091702-1b2c3d',
  /** Its entry has no processes. */
  untracked: 'contract_checker-091533-8b2c44',
  /** It is done, and its prompt was not removed. */
  forgetful: 'planner-225320-000001',
  /** A session with an agent's name that no registry has. */
  stray: 'old_scout-204410-77aa10',
} as const;
const { auditor, fixer, prober } = known;
const stubborn = { isStubborn: true };

export const cast: readonly Part[] = [
  [auditor, 'audit', 'working', 40, 51, runs('claude', 3)],
  [fixer, 'audit', 'working', 75, 50, runs('claude', 5), auditor],
  [known.reader, 'audit', 'working', 15, 26, runs('claude', 9), fixer],
  ['test_writer-225530-c0ffee', 'audit', 'reviewing', 90, 48, runs('codex', 1), auditor],
  ['file_lock_builder-230102-62aa15', 'audit', 'blocked', 20, 43, runs('claude', 0, stubborn)],
  ['doc_writer-231500-5ea51d', 'audit', 'running', 5, 29, runs('claude', 1, { isRestarted: true })],
  [known.grower, 'audit', 'working', 30, 0.5, runs('claude', 1, { isGrowing: true })],
  [prober, 'api', 'working', 55, 33, runs('codex', 2)],
  [known.untracked, 'api', 'working', 30, 31, runs('gemini', 6), prober],
  [known.migrator, 'api', 'pending', 0, 30, runs('claude', 0)],
  ['leak_analyzer-225820-be4f03', 'audit', 'completed', 100, 46, runs('claude', 0)],
  [known.done, 'api', 'phase_completed', 100, 28, runs('gemini', 0, stubborn)],
  ['cleanup_builder-225711-fdb115', 'audit', 'working', 60, 47, 'shell'],
  ['impact_reviewer-225544-77d0e1', 'audit', 'working', 35, 300],
  ['impact_assessor-213152-49c64c', 'paths', 'working', 35, 320],
  ['resolve_function_analyzer-213149-a5f24b', 'paths', 'reviewing', 80, 322],
  ['task_migrator-215916-d0b8c2', 'paths', 'pending', 0, 290],
  [known.forgetful, 'audit', 'completed', 100, 400],
  ['workspace_path_investigator-213147-db6fbe', 'paths', 'completed', 100, 330],
  ['registry_merger-215914-8ed170', 'paths', 'completed', 100, 310],
  ['code_fixer-215911-8c90c7', 'paths', 'terminated', 40, 305],
];

export function runs(program: Program, perMinute: number, more: Partial<Manner> = {}): Manner {
  return { program, perMinute, ...more };
}

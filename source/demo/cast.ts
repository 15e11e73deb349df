/** Who is there when the story begins: tasks, and the agents that are on record in them. */

export const workspace = '/home/dev/project/.agent-workspace';
export const globalFile = `${workspace}/registry/GLOBAL_REGISTRY.json`;

export const tasks = {
  audit: 'TASK-20251029-225319-45548b6a',
  api: 'TASK-20251030-091204-7c1e0d9f',
  paths: 'TASK-20251018-213115-d9cfa244',
} as const;
export type TaskName = keyof typeof tasks;

export const descriptions: Readonly<Record<TaskName, string>> = {
  audit: 'Audit the registry code and fix what it loses',
  api: 'Bring the public API and its contract tests together',
  paths: 'Fix the expansion of workspace paths',
};

export function taskFile(task: TaskName): string {
  return `${workspace}/${tasks[task]}/AGENT_REGISTRY.json`;
}

export type Program = 'claude' | 'codex' | 'gemini';

/** How an agent behaves once it runs. */
export type Manner = {
  readonly program: Program;
  /** Progress a minute, percent. */
  readonly perMinute?: number;
  /** Ignores SIGTERM and the end of its terminal. */
  readonly isStubborn?: boolean;
  /** Its memory grows until the kernel has had enough. */
  readonly isGrowing?: boolean;
  /** Its MCP server has a session of its own, and outlives it. */
  readonly isLeaking?: boolean;
  /** Its MCP server is started anew, once, when all of it was ended. */
  readonly isRestarted?: boolean;
  /** Done, it stays for this long before it goes, milliseconds. */
  readonly lingersMs?: number;
};

export type Part = {
  readonly id: string;
  readonly task: TaskName;
  readonly parent?: string;
  readonly depth: number;
  readonly status: string;
  readonly progress: number;
  readonly minutes: number;
  /** What its session holds; without one there is no session. */
  readonly holds?: Manner | 'shell';
};

const auditor = 'code_auditor-225401-71587d';
const fixer = 'registry_fixer-225412-09aa1c';
const prober = 'api_prober-091410-4d5e6f';

/** Names that the story comes back to. */
export const known = {
  auditor,
  prober,
  reader: 'edge_case_prober-231822-a91f3e',
  grower: 'heap_profiler-232010-3f7b21',
  done: 'link_checker-091811-e07a52',
  migrator: 'schema_migrator-091702-1b2c3d',
} as const;

export const cast: readonly Part[] = [
  live(auditor, 'audit', 'working', 40, 51, { program: 'claude', perMinute: 3 }),
  live(fixer, 'audit', 'working', 75, 50, { program: 'claude', perMinute: 5 }, auditor, 2),
  live(known.reader, 'audit', 'working', 15, 26, { program: 'claude', perMinute: 9 }, fixer, 3),
  live('test_writer-225530-c0ffee', 'audit', 'reviewing', 90, 48, slow('codex'), auditor, 2),
  live('file_lock_builder-230102-62aa15', 'audit', 'blocked', 20, 43, {
    program: 'claude',
    isStubborn: true,
  }),
  live('doc_writer-231500-5ea51d', 'audit', 'running', 5, 29, {
    ...slow('claude'),
    isRestarted: true,
  }),
  live(known.grower, 'audit', 'working', 30, 0.5, { ...slow('claude'), isGrowing: true }),
  live(prober, 'api', 'working', 55, 33, { program: 'codex', perMinute: 2 }),
  live('contract_checker-091533-8b2c44', 'api', 'working', 30, 31, gemini(6), prober, 2),
  live(known.migrator, 'api', 'pending', 0, 30, { program: 'claude' }),
  live('leak_analyzer-225820-be4f03', 'audit', 'completed', 100, 46, { program: 'claude' }),
  live(known.done, 'api', 'phase_completed', 100, 28, { program: 'gemini', isStubborn: true }),
  {
    ...past('cleanup_builder-225711-fdb115', 'audit', 'working', 60, 47),
    holds: 'shell',
  },
  past('impact_reviewer-225544-77d0e1', 'audit', 'working', 35, 300),
  past('impact_assessor-213152-49c64c', 'paths', 'working', 35, 320),
  past('resolve_function_analyzer-213149-a5f24b', 'paths', 'reviewing', 80, 322),
  past('task_migrator-215916-d0b8c2', 'paths', 'pending', 0, 290),
  past('planner-225320-000001', 'audit', 'completed', 100, 400),
  past('workspace_path_investigator-213147-db6fbe', 'paths', 'completed', 100, 330),
  past('registry_merger-215914-8ed170', 'paths', 'completed', 100, 310),
  past('code_fixer-215911-8c90c7', 'paths', 'terminated', 40, 305),
];

/** Sessions of an agent's name that nobody has on record. */
export const stray = { id: 'old_scout-204410-77aa10', minutes: 190 } as const;

function live(
  id: string,
  task: TaskName,
  status: string,
  progress: number,
  minutes: number,
  holds: Manner,
  parent?: string,
  depth = 1,
): Part {
  return { id, task, parent, depth, status, progress, minutes, holds };
}

function past(id: string, task: TaskName, status: string, progress: number, minutes: number): Part {
  return { id, task, depth: 1, status, progress, minutes };
}

function slow(program: Program): Manner {
  return { program, perMinute: 1 };
}

function gemini(perMinute: number): Manner {
  return { program: 'gemini', perMinute };
}

/** Environment variables that agent programs set on their children, as data. Exact names: a user's own
 * `CLAUDE_CODE_…` and `OPENAI_…` settings reach every command and prove nothing. As observed in the programs
 * of November 2026 (docs/architecture.md, "Evidence"). */

/** The value is the agent's pid: proof of ownership, unless the mark has leaked. */
export const ownerPidMarks = ['CLAUDE_PID', 'OPENCODE_PID', 'COPILOT_LOADER_PID'] as const;

/** The value is a conversation id: it has an owner if a living member carries the same one. */
export const conversationMarks = ['CLAUDE_CODE_SESSION_ID', 'CODEX_THREAD_ID'] as const;

/** Shows only that some agent program started the first process of a chain. */
export const startedByAgentMarks = [
  'CLAUDECODE',
  'AI_AGENT',
  'CLAUDE_CODE_ENTRYPOINT',
  'CODEX_CI',
  'CODEX_SESSION_ID',
  'CODEX_SANDBOX',
  'GEMINI_CLI',
  'QWEN_CODE',
  'QWEN_CODE_NO_RELAUNCH',
  'OPENCODE',
  'COPILOT_AGENT_SESSION_ID',
  'CLINE_CONNECTOR_CLI_LAUNCH',
  'CURSOR_AGENT',
] as const;

export const programMarkNames: readonly string[] = [
  ...startedByAgentMarks,
  ...ownerPidMarks,
  ...conversationMarks,
];

/** Of each mark, the program that sets it: by what its name contains. `AI_AGENT` names any. */
const programs: readonly (readonly [RegExp, string])[] = [
  [/^CLAUDE/, 'claude'],
  [/^CODEX/, 'codex'],
  [/^GEMINI/, 'gemini'],
  [/^QWEN/, 'qwen'],
  [/^OPENCODE/, 'opencode'],
  [/^COPILOT/, 'copilot'],
  [/^CLINE/, 'cline'],
  [/^CURSOR/, 'cursor-agent'],
];

/** @param marks names of marks in an environment.
 * @returns the agent program that set them; undefined if they do not agree. */
export function programOfMarks(marks: Iterable<string>): string | undefined {
  const found = new Set<string>();
  for (const mark of marks) {
    const program = programs.find(([pattern]) => pattern.test(mark))?.[1];
    if (program !== undefined) found.add(program);
  }
  return found.size === 1 ? [...found][0] : undefined;
}

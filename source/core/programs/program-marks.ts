/** Environment variables by which agent programs mark what they start, as data. Exact names: a person's own
 * `CLAUDE_CODE_…` and `OPENAI_…` settings travel into every command and say nothing.
 * Seen on the programs of November 2026 (docs/architecture.md, "Evidence"). */

/** The value is the pid of the agent: proof of whose a process is, as long as the mark has not leaked. */
export const ownerPidMarks = ['CLAUDE_PID', 'OPENCODE_PID', 'COPILOT_LOADER_PID'] as const;

/** The value is the id of a conversation: it has an owner where a living member carries the same one. */
export const conversationMarks = ['CLAUDE_CODE_SESSION_ID', 'CODEX_THREAD_ID'] as const;

/** Says only that some agent program started the first of a chain. */
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

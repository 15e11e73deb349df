/** An agent's output in readable form; unknown formats are kept as they are. */
import { expect, it } from 'vitest';
import { summaryOfLogLine } from '../../source/core/rows/log-lines.ts';

it.each([
  ['plain words', 'plain words'],
  ['{broken', '{broken'],
  ['[1, 2]', '[1, 2]'],
  ['{"a": 1}', '{"a": 1}'],
  ['{"__proto__": {"message": "x"}}', '{"__proto__": {"message": "x"}}'],
  [
    '{"timestamp": "2025-10-29T23:24:47.123", "agent_id": "a", "status": "working", "progress": 40, "message": "Reading files"}',
    '23:24:47 working 40% Reading files',
  ],
  [
    '{"timestamp": "2025-10-29T23:24:47", "finding_type": "issue", "severity": "high", "message": "two\\n lines"}',
    '23:24:47 issue high two lines',
  ],
  [
    '{"type":"assistant","message":{"role":"assistant","content":[{"type":"text","text":"Looking."},{"type":"tool_use","name":"Read","input":{"path":"a.ts"}}]}}',
    'assistant Looking. Read {"path":"a.ts"}',
  ],
  ['{"type":"result","subtype":"success","result":"done"}', 'result success done'],
  ['{"type":"user","message":{"content":[]}}', '{"type":"user","message":{"content":[]}}'],
])('%s', (line, said) => {
  expect(summaryOfLogLine(line)).toBe(said);
});

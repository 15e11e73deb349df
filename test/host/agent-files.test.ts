/** Files named by a registry: only an agent's own files in their own directories are ever
 * touched. */
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentFile } from '../../source/core/termination/agent-files.ts';
import { archiveAgentFile, removeAgentFile } from '../../source/host/workspace/safe-agent-files.ts';
import { rounds } from '../helpers/campaign.ts';
import { whileSwapping } from '../helpers/swapper.ts';

const agentId = 'builder-232300-00000a';
const prompt = `agent_prompt_${agentId}.txt`;
const task = 'TASK-1';

let root: string;
let workspace: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vigil-files-'));
  workspace = join(root, '.agent-workspace');
  mkdirSync(join(workspace, task, 'logs'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const fileAt = (path: string, more: Partial<AgentFile> = {}): AgentFile => ({
  workspace,
  task,
  agentId,
  place: '',
  path,
  ...more,
});
const place = (...parts: string[]) => join(workspace, task, ...parts);

describe('a file of the agent', () => {
  it('is removed, by its full path or by its name', () => {
    for (const path of [place(prompt), prompt]) {
      writeFileSync(place(prompt), 'go');
      expect(removeAgentFile(fileAt(path))).toEqual({ ok: true, value: true });
      expect(existsSync(place(prompt))).toBe(false);
    }
    expect(removeAgentFile(fileAt(prompt))).toEqual({ ok: true, value: false });
  });

  it('is archived under its name, or with a number if the name is taken', () => {
    for (const text of ['first', 'second']) {
      writeFileSync(place('logs', `${agentId}_stream.jsonl`), text);
      const file = fileAt(place('logs', `${agentId}_stream.jsonl`), { place: 'logs' });
      const done = archiveAgentFile(file);
      expect(done.ok && done.value && readFileSync(done.value, 'utf8')).toBe(text);
    }
    expect(readFileSync(place('archive', `${agentId}_stream.jsonl`), 'utf8')).toBe('first');
    expect(readFileSync(place('archive', `${agentId}_stream.jsonl.1`), 'utf8')).toBe('second');
    expect(readdirSync(place('logs'))).toEqual([]);
  });
});

describe('kept, and reported as an unsafe path, is', () => {
  const outside = () => join(root, `outside_${agentId}`);
  /** The prompt file after something else has replaced it. */
  const made = (_: unknown) => fileAt(prompt);
  const cases: readonly (readonly [string, () => AgentFile])[] = [
    ['a path upward', () => fileAt(`../../outside_${agentId}`)],
    [
      'a path upward after a name',
      () => fileAt(place('logs', '..', '..', '..', `outside_${agentId}`)),
    ],
    ['an absolute path elsewhere', () => fileAt(outside())],
    ['a file of another agent', () => fileAt(place('agent_prompt_other-1.txt'))],
    ['a file of another place', () => fileAt(place('logs', prompt))],
    ['a symbolic link', () => made(symlinkSync(outside(), place(prompt)))],
    ['a directory', () => made(mkdirSync(place(prompt)))],
    ['a hard link', () => made(linkSync(outside(), place(prompt)))],
    ['a task upward', () => fileAt(prompt, { task: '..' })],
    [
      'a place upward',
      () => fileAt(`../../outside_${agentId}`, { place: '../..' as AgentFile['place'] }),
    ],
    ['a task with a path in it', () => fileAt(prompt, { task: '../x' })],
    [
      'a task that is a link',
      () => {
        symlinkSync(root, join(workspace, 'TASK-2'));
        return fileAt(`outside_${agentId}`, { task: 'TASK-2' });
      },
    ],
    ['anything for an agent without an id', () => fileAt(prompt, { agentId: '' })],
  ];
  for (const [name, make] of cases)
    it(name, () => {
      writeFileSync(outside(), 'precious');
      writeFileSync(place('agent_prompt_other-1.txt'), 'precious');
      writeFileSync(place('logs', prompt), 'precious');
      const file = make();
      for (const act of [removeAgentFile, archiveAgentFile]) {
        const result = act(file);
        expect(result).toMatchObject({ ok: false });
        expect(!result.ok && result.reason).toContain(`unsafe path ${file.path}: `);
      }
      for (const path of [outside(), place('agent_prompt_other-1.txt'), place('logs', prompt)])
        expect(readFileSync(path, 'utf8')).toBe('precious');
    });
});

it('a directory swapped for a link during removals never leads outside', async () => {
  const elsewhere = join(root, 'elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, prompt), 'precious');
  const link = join(workspace, 'link');
  symlinkSync(elsewhere, link);
  await whileSwapping({ directory: place(), link, aside: join(workspace, 'aside') }, async () => {
    let removed = 0;
    for (let count = 0; count < rounds(300, 1000); count++) {
      try {
        writeFileSync(place(prompt), 'go', { flag: 'wx' });
      } catch {
        // Either the link was in place just then, or the file still exists.
      }
      const result = removeAgentFile(fileAt(prompt));
      if (result.ok && result.value) removed++;
      expect(readFileSync(join(elsewhere, prompt), 'utf8')).toBe('precious');
    }
    expect(removed).toBeGreaterThan(0);
  });
});

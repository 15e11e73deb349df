/** Options of one command only: its rows of the table in `option-table.ts`. */
import { unitKinds } from '../../guard/unit-file.ts';
import type { OptionSpec } from './option-spec.ts';

type Rows = Readonly<Record<string, Omit<OptionSpec, 'name'>>>;

export const watchOptions: Rows = {
  every: { value: 'SECONDS', help: 'time between runs that clean up (default 300)', of: ['watch'] },
  health: { value: 'SECONDS', help: 'time between polls (default 30)', of: ['watch'] },
  once: { help: 'poll and run once, then exit', of: ['watch'] },
  explain: { help: 'print what the guard would do and not do, and exit', of: ['watch'] },
  'print-unit': {
    value: 'KIND',
    help: `print a user unit that runs the guard: ${unitKinds.join(', ')}`,
    of: ['watch'],
    values: unitKinds,
  },
  metrics: {
    value: 'ADDRESS',
    help: 'serve metrics on this port of 127.0.0.1, or on ADDRESS:PORT',
    of: ['watch'],
  },
  textfile: {
    value: 'FILE',
    help: 'write metrics for the textfile collector (FILE.prom)',
    of: ['watch'],
    values: 'files',
  },
};

export const deployOptions: Rows = {
  task: { value: 'ID', help: 'task that the agent works on', of: ['deploy'], values: 'tasks' },
  type: { value: 'TYPE', help: 'kind of agent; part of its id', of: ['deploy'] },
  prompt: { value: 'TEXT', help: 'prompt of the agent', of: ['deploy'] },
  'prompt-file': {
    value: 'FILE',
    help: 'read the prompt from a file (- for stdin)',
    of: ['deploy'],
    values: 'files',
  },
  parent: {
    value: 'ID',
    help: 'parent agent (default orchestrator)',
    of: ['deploy'],
    values: 'agents',
  },
  command: {
    value: 'WORD',
    repeatable: true,
    help: 'command if none follows --, one word per option',
    of: ['deploy'],
  },
};

/** Evidence for and against a leftover, and the verdict from both. */
import { describe, expect, it } from 'vitest';
import {
  contradiction,
  doubt,
  type Evidence,
  type EvidenceKind,
  hint,
  proof,
} from '../../source/core/evidence/evidence.ts';
import { confidenceOf } from '../../source/core/evidence/leftover-confidence.ts';
import { candidateEvidence, openEvidence } from '../../source/core/evidence/leftover-evidence.ts';
import type { Descriptors, Origin, Pane, Process } from '../../source/core/model/model.ts';
import { inventory, long, pane, process, serverPid } from '../helpers/inventory.ts';
import {
  inPane,
  marked,
  observationOf,
  opened,
  processAt,
  wordsOf,
} from '../helpers/observation.ts';

const text = 'for the test';
const gone = proof('peer-gone', text);
const deleted = proof('terminal-deleted', text);
const named = hint('program-name', text);

describe('confidence that a process is a leftover', () => {
  const owners: readonly EvidenceKind[] = [
    ...(['exact-mark', 'recorded-identity', 'lineage', 'tree', 'process-session'] as const),
    ...(['own-pane', 'own-file', 'pane-option', 'session-of-birth', 'session-name'] as const),
    ...(['cgroup', 'kill-journal'] as const),
  ];
  const against: readonly EvidenceKind[] = [
    ...(['leaked-mark', 'other-namespace', 'peoples-terminal'] as const),
    ...(['peoples-program', 'unit', 'shared-host'] as const),
  ];
  for (const kind of owners)
    it(`${kind} of an owner that is gone is proof, whatever is doubted`, () => {
      expect(confidenceOf([proof(kind, text)])).toBe('proven');
      expect(confidenceOf([proof(kind, text), doubt('service', text)])).toBe('proven');
      expect(confidenceOf([hint(kind, text)])).toBe('suspected');
      expect(confidenceOf([hint(kind, text), doubt('service', text)])).toBeUndefined();
    });
  for (const kind of against)
    it(`${kind} speaks against everything`, () => {
      const no = contradiction(kind, text);
      expect(confidenceOf([named, no])).toBeUndefined();
      expect(confidenceOf([named, gone, no])).toBeUndefined();
      expect(confidenceOf([proof('exact-mark', text), no])).toBeUndefined();
      expect(confidenceOf([proof('pane-mark', text), deleted, no])).toBeUndefined();
    });

  const rows: readonly (readonly [string, readonly Evidence[], 'proven' | 'suspected' | 'none'])[] =
    [
      ['a name alone is a suspicion', [named], 'suspected'],
      ['a lost parent adds nothing', [named, proof('lost-parent', text)], 'suspected'],
      ['what cannot be read adds nothing', [named, hint('unread', text)], 'suspected'],
      ['a missing peer is proof', [named, gone], 'proven'],
      ['a terminal that is gone is proof', [named, deleted], 'proven'],
      ['the mark of a pane is proof', [named, proof('pane-mark', text)], 'proven'],
      [
        'a service is none, left or not',
        [hint('server-name', text), gone, doubt('service', text)],
        'none',
      ],
      ['a job with its output in a file is none', [named, doubt('writes-to-file', text)], 'none'],
      [
        'a process that may have been started where it is, is none',
        [named, doubt('started-not-adopted', text)],
        'none',
      ],
      [
        'a missing peer outweighs that',
        [named, gone, doubt('started-not-adopted', text)],
        'proven',
      ],
      [
        'a terminal that is gone does not',
        [named, deleted, doubt('started-not-adopted', text)],
        'none',
      ],
      [
        'a missing peer outweighs no other doubt',
        [named, gone, doubt('started-not-adopted', text), doubt('writes-to-file', text)],
        'none',
      ],
      ['an unqueried server leaves it open', [named, gone, doubt('unread', text)], 'none'],
    ];
  for (const [title, evidence, expected] of rows)
    it(title, () => expect(confidenceOf(evidence) ?? 'none').toBe(expected));
});

type Case = {
  readonly command: string;
  readonly more?: Partial<Process>;
  readonly origin?: Origin;
  readonly beside?: readonly Process[];
  readonly panes?: readonly Pane[];
  readonly origins?: Readonly<Record<number, Origin>>;
  readonly open?: Partial<Descriptors>;
};

/** The observation of pid 7000, adopted by init, beside others. Sources are readable and without marks unless
 * given. */
function observed({ command, more, origin, beside = [], panes = [], origins, open }: Case) {
  const subject = process(7000, 1, command, more);
  const given = inventory({
    processes: [...beside, subject],
    panes,
    origins: { 1: {}, [serverPid]: {}, 7000: origin ?? {}, ...origins },
  });
  const observation = observationOf(
    given,
    () => new Map(open === undefined ? [] : [[7000, opened(open)]]),
  );
  observation.scene.probe([processAt(observation.scene, 7000)]);
  return { observation, subject: processAt(observation.scene, 7000) };
}

const candidate = (given: Case, known?: Evidence) => {
  const { observation, subject } = observed(given);
  return candidateEvidence(subject, observation, known);
};

const mcp = 'node /x/mcp-server';
const lost = { sid: 6999 };
const claudeCode = marked({ CLAUDECODE: '1' });
const agent = process(5001, serverPid, 'claude');
const lostParent = 'lost-parent: proof';

describe('a leftover candidate', () => {
  const rows: readonly (readonly [string, Case, readonly string[] | undefined])[] = [
    [
      'is an MCP server that has lost its parent',
      { command: mcp, more: lost },
      [lostParent, 'server-name: hint'],
    ],
    ['is no program that init may have started', { command: 'claude --print' }, undefined],
    [
      'is a server of a session of its own, if its streams show it',
      { command: mcp },
      ['server-name: hint'],
    ],
    [
      'is none for the name of a directory',
      { command: 'python3 /home/u/mcp/report.py', more: lost },
      undefined,
    ],
    [
      'is an agent program that has lost its parent',
      { command: 'claude --print', more: lost },
      [lostParent, 'program-name: hint'],
    ],
    [
      'is a background shell of an agent program',
      { command: 'bash -c . /home/u/.claude/shell-snapshots/s.sh', more: lost },
      [lostParent, 'program-name: hint'],
    ],
    [
      'is a launcher by what is below it',
      {
        command: 'npm exec some-tool',
        more: lost,
        beside: [process(7001, 7000, mcp, { startedAt: long + 1 })],
      },
      [lostParent, 'server-name: hint'],
    ],
    ['is no program without a sign', { command: 'python3 serve.py', more: lost }, undefined],
    [
      'has a mark that its parent lacks',
      { command: 'python3 serve.py', origin: claudeCode },
      [lostParent, 'program-mark: hint'],
    ],
    [
      'is none whose parent has the mark too',
      { command: 'python3 serve.py', origin: claudeCode, origins: { 1: claudeCode } },
      undefined,
    ],
    [
      'is none whose environment could not be read',
      { command: 'python3 serve.py', origin: { isUnread: true } },
      undefined,
    ],
    [
      'has a mark that names an agent that is gone',
      { command: 'python3 serve.py', origin: marked({ CLAUDE_PID: '6000' }) },
      ['exact-mark: proof', lostParent],
    ],
    [
      'is none whose mark names an agent that is alive',
      { command: mcp, more: lost, origin: marked({ CLAUDE_PID: '5001' }), beside: [agent] },
      undefined,
    ],
    [
      'is in doubt if its mark names a process that is no agent',
      { command: 'python3 serve.py', more: lost, origin: marked({ CLAUDE_PID: '1' }) },
      ['exact-mark: doubt', lostParent, 'program-mark: hint'],
    ],
    [
      'is not one’s whose mark every pane of its tmux server has',
      {
        command: mcp,
        more: lost,
        origin: { ...claudeCode, ...inPane('%9') },
        origins: { [serverPid]: claudeCode },
        beside: [process(5000, serverPid, 'bash')],
        panes: [pane('main', 5000)],
      },
      ['leaked-mark: contradiction', lostParent, 'server-name: hint'],
    ],
    [
      'in a container has no owner',
      { command: mcp, more: lost, origin: { isNamespaced: true } },
      [lostParent, 'other-namespace: contradiction', 'server-name: hint'],
    ],
    [
      'that is an editor is a user’s, whatever started it',
      { command: 'vim notes', origin: claudeCode },
      [lostParent, 'peoples-program: contradiction', 'program-mark: hint'],
    ],
    [
      'that systemd runs is a service',
      { command: mcp, more: lost, origin: { service: 'git-mcp.service' } },
      [lostParent, 'server-name: hint', 'unit: contradiction'],
    ],
    [
      'on an open terminal is a user’s',
      { command: 'bash', more: { tty: 3 }, origin: claudeCode },
      [lostParent, 'peoples-terminal: contradiction', 'program-mark: hint'],
    ],
    [
      'on the terminal that a leftover has opened is that leftover’s',
      {
        command: 'bash',
        more: { tty: 3, ppid: 6000 },
        origin: marked({ CLAUDECODE: '1', AI_AGENT: 'x' }),
        beside: [process(6000, 1, 'python3 expect.py')],
        origins: { 6000: claudeCode },
      },
      [lostParent, 'program-mark: hint'],
    ],
    [
      'may have its agent on an unqueried tmux server',
      {
        command: mcp,
        more: lost,
        origin: inPane('%1', 4500),
        beside: [process(4500, 1, 'tmux', { name: 'tmux: server' })],
      },
      [lostParent, 'server-name: hint', 'unread: doubt'],
    ],
  ];
  for (const [title, given, expected] of rows)
    it(title, () => expect(wordsOf(candidate(given))).toEqual(expected && [...expected].sort()));

  it('is known by its owner, which suffices if it is proof', () => {
    const given = { command: 'python3 serve.py' };
    expect(wordsOf(candidate(given, proof('lineage', text)))).toEqual(['lineage: proof']);
    expect(candidate(given, hint('lineage', text))).toBeUndefined();
    expect(wordsOf(candidate({ ...given, more: lost }, hint('lineage', text)))).toEqual([
      'lineage: hint',
      lostParent,
    ]);
  });
});

describe('what a process has open', () => {
  const server = { command: mcp, more: lost };
  const script = { command: 'python3 serve.py', more: lost };
  const rows: readonly (readonly [string, Case, readonly string[]])[] = [
    ['says nothing where it cannot be read', server, ['unread: hint']],
    ['proves nothing if a peer is at the other end', { ...server, open: {} }, []],
    ['shows a missing peer', { ...script, open: { peer: 'gone' } }, ['peer-gone: proof']],
    [
      'shows that what fed an MCP server is gone',
      { ...server, open: { isInputGone: true } },
      ['peer-gone: proof'],
    ],
    ['shows nothing by the input of others', { ...script, open: { isInputGone: true } }, []],
    ['shows no end that is unread', { ...script, open: { peer: 'unread' } }, []],
    [
      'shows a terminal that is gone',
      { ...script, open: { isTerminalDeleted: true } },
      ['terminal-deleted: proof'],
    ],
    ['shows a service', { ...server, open: { isListening: true } }, ['service: doubt']],
    [
      'shows no service where it is fed',
      { ...server, open: { isListening: true, isFed: true } },
      [],
    ],
    [
      'shows a user’s job, which writes to a file',
      { ...script, open: { writesToFile: true } },
      ['writes-to-file: doubt'],
    ],
    [
      'shows no user’s job if an agent has marked it',
      { ...script, origin: claudeCode, open: { writesToFile: true } },
      [],
    ],
    [
      'shows no detached job on a terminal',
      { ...script, more: { ...lost, tty: 3 }, open: { writesToFile: true } },
      [],
    ],
    [
      'does not distinguish a session leader below init from a child of init',
      { command: mcp, open: {} },
      ['started-not-adopted: doubt'],
    ],
    [
      'tells it where it has a mark that init lacks',
      { command: mcp, origin: claudeCode, open: {} },
      [],
    ],
    [
      'tells it where its parent cannot be seen',
      { command: mcp, more: { ppid: 6999 }, open: {} },
      [],
    ],
  ];
  for (const [title, given, expected] of rows)
    it(title, () => {
      const { observation, subject } = observed(given);
      expect(wordsOf(openEvidence(subject, observation))).toEqual(expected);
    });
});

describe('a pane’s mark that neither its first process nor its server has', () => {
  const shell = process(5000, serverPid, 'bash');
  const younger = process(5001, 5000, 'claude', { sid: 5000, startedAt: long + 1 });
  const older = { ...younger, startedAt: long };
  const base = {
    command: 'npm run dev',
    more: lost,
    origin: { ...marked({ GEMINI_CLI: '1' }), ...inPane('%5000') },
    beside: [shell],
    panes: [pane('main', 5000)],
    origins: { 5000: {} },
    open: {},
  } as const satisfies Case;
  const isMark = ['pane-mark: proof'];
  const rows: readonly (readonly [string, Case, readonly string[]])[] = [
    ['was set by an agent that is gone', base, isMark],
    [
      'was set by one that is gone with its pane',
      {
        ...base,
        beside: [process(5100, serverPid, 'bash')],
        panes: [pane('other', 5100)],
        origins: {},
      },
      isMark,
    ],
    ['says nothing if the server was not queried', { ...base, beside: [], panes: [] }, []],
    ['was not set by a younger agent there', { ...base, beside: [shell, younger] }, isMark],
    ['may have been set by an agent that is there', { ...base, beside: [shell, older] }, []],
    ['says nothing of what listens', { ...base, open: { isListening: true, isFed: true } }, []],
    ['says nothing of what is on a terminal', { ...base, more: { ...lost, tty: 3 } }, []],
    [
      'says nothing where the pane is unread',
      { ...base, origins: { 5000: { isUnread: true } } },
      [],
    ],
    [
      'says nothing where the server is unread',
      { ...base, origins: { 5000: {}, [serverPid]: { isUnread: true } } },
      [],
    ],
    [
      'says nothing where the server is gone',
      { ...base, origin: { ...base.origin, ...inPane('%5000', 4500) } },
      [],
    ],
  ];
  for (const [title, given, expected] of rows)
    it(title, () => {
      const { observation, subject } = observed(given);
      expect(wordsOf(openEvidence(subject, observation))).toEqual(expected);
    });
});

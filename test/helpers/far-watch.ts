/** `vigil list --json --watch` of a fleet, and everything that it has told. */
import type { ChildProcess } from 'node:child_process';

export type Listed = { host: string; class: string; agentId: string | null; key: string };
export type Told = { name: string; ok: boolean; reason: string | null; bootId: string };

export type FarWatch = {
  /** What was told last of a host. */
  stateOf(name: string): Told | undefined;
  /** Its rows in the last table. */
  rowsOf(name: string): readonly Listed[];
  /** Class and agent of every row of a host in any table, each once. */
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>;
  /** What was said about a host, each reason once, in the order in which they came. */
  readonly reasons: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many tables were printed. */
  tables(): number;
};

export function readWatch({ stdout }: ChildProcess): FarWatch {
  let last: { hosts: Told[]; rows: Listed[] } = { hosts: [], rows: [] };
  let rest = '';
  let tables = 0;
  const seen = new Map<string, Set<string>>();
  const reasons = new Map<string, Set<string>>();
  const add = (to: Map<string, Set<string>>, name: string, text: string) => {
    const known = to.get(name) ?? new Set();
    to.set(name, known.add(text));
  };
  stdout?.setEncoding('utf8').on('data', text => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      last = JSON.parse(line);
      tables++;
      for (const row of last.rows) add(seen, row.host, `${row.class} ${row.agentId}`);
      for (const { name, reason } of last.hosts) if (reason) add(reasons, name, reason);
    }
  });
  return {
    stateOf: name => last.hosts.find(host => host.name === name),
    rowsOf: name => last.rows.filter(row => row.host === name),
    seen,
    reasons,
    tables: () => tables,
  };
}

/** `daemon/roster.json` and `jobs/<id>/state.json` of Claude Code: the workers of `claude --bg`. The daemon
 * restarts a worker that dies; `claude stop ID` ends one for good. A claimed spare keeps the arguments of a
 * spare: only the roster distinguishes it from an idle one. */
import { join } from 'node:path';
import type { VendorRecord } from '../../../core/model/vendor-record.ts';
import { type Fields, identityIn, parseFields } from '../record-fields.ts';
import type { Found, Recorder, Source } from '../recorder.ts';

export const claudeBackground: Recorder = {
  name: 'claude-background',
  vendor: 'claude',
  read(source) {
    const { directory, uid, files } = source;
    const roster = files.readOne(join(directory, 'daemon', 'roster.json'), uid, (text, path) =>
      workersIn(parseFields(text), directory, path),
    );
    const workers = roster.reading.ok ? roster.reading.value : [];
    const jobs = new Map(workers.map(({ id }) => [id, readJob(id, source)]));
    return {
      reading: { ok: true, value: workers.map(worker => withJob(worker, jobs.get(worker.id))) },
      faults: [...roster.faults, ...[...jobs.values()].flatMap(job => job?.faults ?? [])],
    };
  },
};

/** Worker and pty host of each job. */
function workersIn(roster: Fields, directory: string, path: string): VendorRecord[] {
  const pid = roster.number('supervisorPid');
  return roster.entries('workers').flatMap(([id, worker]): VendorRecord[] => {
    // An argument of `claude stop` and a directory's name.
    if (!/^\w[\w-]{0,63}$/.test(id)) return [];
    const common = { recorder: 'claude-background', vendor: 'claude', path } as const;
    const at = worker.number('startedAt');
    const agent = identityIn(worker, 'replPid', 'replProcStart');
    const host = identityIn(worker, 'pid', 'procStart');
    return [
      {
        ...common,
        id,
        role: 'agent',
        identity: agent,
        conversation: worker.text('sessionId'),
        cwd: worker.text('cwd'),
        at,
        isBackground: true,
        owner: { kind: 'claude-daemon', pid, id, directory, stop: ['claude', 'stop', id] },
      },
      ...(host === undefined
        ? []
        : [{ ...common, id: `${id} pty host`, role: 'host', identity: host, at } as const]),
    ];
  });
}

function readJob(id: string, { directory, uid, files }: Source): Found | undefined {
  if (id.endsWith(' pty host')) return undefined;
  return files.readOne(join(directory, 'jobs', id, 'state.json'), uid, (text, path) => {
    const job = parseFields(text);
    const state = job.text('state');
    const updated = Date.parse(job.text('updatedAt') ?? '');
    return [
      {
        recorder: 'claude-background',
        vendor: 'claude',
        id,
        role: 'agent',
        status: state,
        title: job.text('name'),
        at: Number.isNaN(updated) ? undefined : updated,
        isFinished: ['done', 'failed', 'stopped'].includes(state ?? '') || undefined,
        path,
      },
    ];
  });
}

function withJob(worker: VendorRecord, job: Found | undefined): VendorRecord {
  const state = job?.reading.ok ? job.reading.value[0] : undefined;
  if (state === undefined) return worker;
  const { status, title, at, isFinished } = state;
  return { ...worker, status, title, at: at ?? worker.at, isFinished };
}

/** Reads all recorders in the user's own directories and those of running agents. */
import { readFileSync, readlinkSync } from 'node:fs';
import type { RecorderReading, VendorDirectory } from '../../core/model/vendor-record.ts';
import type { Recorders } from '../../core/ports/recorders.ts';
import { directoriesIn } from '../../core/programs/vendors.ts';
import { procRoot } from '../processes/process-source.ts';
import { homeOf } from '../state/state-directory.ts';
import { claudeBackground } from './claude/claude-background.ts';
import { claudeSessions } from './claude/claude-sessions.ts';
import { claudeTeams } from './claude/claude-teams.ts';
import { codexDaemon } from './codex/codex-daemon.ts';
import { createCodexThreads } from './codex/codex-threads.ts';
import { createRecordFiles } from './record-files.ts';
import { type Recorder, withFolders } from './recorder.ts';

export function createRecorders(env: NodeJS.ProcessEnv, uid: number, bootId: string): Recorders {
  const files = withFolders(createRecordFiles());
  const recorders: readonly Recorder[] = [
    claudeSessions,
    claudeBackground,
    claudeTeams,
    codexDaemon,
    createCodexThreads(),
  ];
  const own = directoriesIn(name => (name === 'HOME' ? homeOf(env) : env[name])).map(each => ({
    ...each,
    uid,
  }));
  const domain = pidDomain();
  return {
    read(found) {
      const directories = new Map([...own, ...found].map(each => [keyOf(each), each]));
      const readings = [...directories.values()].flatMap(({ vendor, path, uid: owner }) =>
        recorders
          .filter(recorder => recorder.vendor === vendor)
          .map((recorder): RecorderReading => {
            const source = { directory: path, uid: owner, files, domain, bootId };
            return {
              recorder: recorder.name,
              directory: path,
              uid: owner,
              ...recorder.read(source),
            };
          }),
      );
      files.forgetUnused();
      return readings;
    },
  };
}

function keyOf({ vendor, path }: VendorDirectory): string {
  return `${vendor} ${path}`;
}

/** As Claude Code writes it: `linux:<machine id>:pid:[<inode>]`. */
function pidDomain(): string | undefined {
  try {
    const machine = readFileSync('/etc/machine-id', 'utf8').trim();
    return `linux:${machine}:${readlinkSync(`${procRoot}/self/ns/pid`)}`;
  } catch {
    return undefined;
  }
}

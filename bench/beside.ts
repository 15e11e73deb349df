/** Whole programs side by side, once a second each, in terminals of 160 by 50: CPU, memory, bytes written. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './measure.ts';

export type Program = {
  readonly name: string;
  readonly command: readonly string[];
};

/** @property cpuMs CPU per second: user and system time of the program, its descendants and those that it has reaped. */
export type Usage = {
  readonly name: string;
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly bytesPerSecond: number;
};

const runner = `
import fcntl, json, os, pty, select, signal, struct, sys, termios, time
programs, settle, seconds = json.loads(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
ticks, page = os.sysconf('SC_CLK_TCK'), os.sysconf('SC_PAGE_SIZE')
def start(command):
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM='xterm-256color', LANG='C.UTF-8')
        os.environ.pop('TMUX', None)
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 50, 160, 0, 0))
    return pid, terminal
def stat(pid):
    with open(f'/proc/{pid}/stat', encoding='latin1') as file: return file.read().rsplit(')', 1)[1].split()
def tree(root):
    try:
        with open(f'/proc/{root}/task/{root}/children') as file: below = [int(pid) for pid in file.read().split()]
    except FileNotFoundError: below = []
    return [root] + [pid for child in below for pid in tree(child)]
def cpu(root):
    used = 0
    for pid in tree(root):
        try: used += sum(int(field) for field in stat(pid)[11:15])
        except FileNotFoundError: pass
    return used * 1000 / ticks
started = [start(program['command']) for program in programs]
count = {terminal: 0 for _, terminal in started}
def read(seconds):
    end = time.monotonic() + seconds
    while True:
        rest = end - time.monotonic()
        if rest <= 0: return
        for terminal in select.select(list(count), [], [], rest)[0]:
            try: count[terminal] += len(os.read(terminal, 65536))
            except OSError: sys.exit('a program has ended')
read(settle)
before, written, since = [cpu(pid) for pid, _ in started], dict(count), time.monotonic()
read(seconds)
elapsed = time.monotonic() - since
result = []
for (pid, terminal), program, used in zip(started, programs, before):
    rss = sum(int(stat(each)[21]) * page for each in tree(pid))
    result.append({'name': program['name'], 'cpuMs': (cpu(pid) - used) / elapsed, 'rssBytes': rss, 'bytesPerSecond': (count[terminal] - written[terminal]) / elapsed})
for pid, _ in started:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
print(json.dumps(result))
`;

const rounds = 3;
/** Until heap, caches and compiled code are as they stay. */
const settleSeconds = 10;
const seconds = 15;

/** Runs the programs of a group at the same time, so that whatever else the machine does concerns all alike.
 * @returns medians of three runs. */
export function measureBeside(groups: readonly (readonly Program[])[]): Usage[] {
  const directory = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  const env = {
    ...process.env,
    XDG_CONFIG_HOME: peerSettings(directory),
    XDG_STATE_HOME: directory,
  };
  const run = (group: readonly Program[]) => {
    const words = [JSON.stringify(group), String(settleSeconds), String(seconds)];
    const output = execFileSync('python3', ['-c', runner, ...words], { encoding: 'utf8', env });
    return JSON.parse(output) as Usage[];
  };
  try {
    const runs = Array.from({ length: rounds }, () => groups.flatMap(run));
    return groups.flat().map(({ name }, at) => {
      const of = (field: 'cpuMs' | 'rssBytes' | 'bytesPerSecond') =>
        median(runs.map(usages => usages[at]?.[field] ?? Number.NaN));
      const [cpuMs, rssBytes, bytesPerSecond] = [of('cpuMs'), of('rssBytes'), of('bytesPerSecond')];
      return { name, cpuMs, rssBytes, bytesPerSecond };
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** vigil's screen beside its peers, as far as they are installed; then vigil without a screen. Not all at the same time:
 * one vigil that asks a tmux server makes it run, and so makes the next one ask.
 * @param vigil the command that starts it. */
export function programsBeside(vigil: readonly string[], options: readonly string[]): Program[][] {
  const peers: Program[] = [
    { name: 'htop', command: ['htop', '-d', '10'] },
    { name: 'top', command: ['top', '-d', '1'] },
    { name: 'btop', command: ['btop', '--utf-force'] },
  ];
  const list = [...vigil, 'list', '--watch', '--json', '-d', '1', ...options];
  return [
    [
      { name: 'vigil', command: [...vigil, ...options, '-d', '1'] },
      ...peers.filter(({ name }) => isInstalled(name)),
    ],
    [
      {
        name: 'vigil list --watch',
        command: ['sh', '-c', 'exec "$@" >/dev/null', 'sh', ...list],
      },
      { name: 'vigil watch', command: [...vigil, 'watch', '--health', '30', ...options] },
    ],
    // These start processes each second, which is news for the others. `npm install -g agentop`
    [{ name: 'agentop', command: ['agentop', '-d', '1'] }].filter(({ name }) => isInstalled(name)),
    // By a shell: a new process reads the table once a second.
    [
      {
        name: 'ps',
        command: ['sh', '-c', 'while sleep 1; do ps -eo pid,ppid,stat,time,rss,args; done'],
      },
    ],
  ];
}

function isInstalled(name: string): boolean {
  try {
    execFileSync('which', [name]);
    return true;
  } catch {
    return false;
  }
}

/** btop reads its interval from a file only. */
function peerSettings(directory: string): string {
  mkdirSync(join(directory, 'btop'), { recursive: true });
  writeFileSync(join(directory, 'btop', 'btop.conf'), 'update_ms=1000\n');
  return directory;
}

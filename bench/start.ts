/** What a start of vigil costs, as ratios to a Node that does nothing, in the same run. */
import { execFileSync } from 'node:child_process';
import { median } from './measure.ts';

/** What stands for several runs: other work on the machine adds to a run, and never takes from it. */
export const least = (values: readonly number[]): number => Math.min(...values);

export type StartRatio = { readonly wall: number; readonly cpu: number };
export type StartRatios = Readonly<Record<(typeof kinds)[number], StartRatio>>;

const kinds = ['--help', '--version', 'list --json', 'first frame'] as const;

/** Runs each command in turn. CPU is that of all threads and of the children that have ended; a screen is stopped once it
 * has drawn its table. */
const runner = `
import fcntl, json, os, pty, select, signal, struct, subprocess, sys, termios, time
commands, rounds = json.loads(sys.argv[1]), int(sys.argv[2])
tick = 1000 / os.sysconf('SC_CLK_TCK')
def run(argv):
    start = time.monotonic()
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    return [(time.monotonic() - start) * 1000, (usage.ru_utime + usage.ru_stime) * 1000]
def used(pid):
    own = 0
    with open(f'/proc/{pid}/task/{pid}/children') as file:
        for child in file.read().split(): own += used(child)
    for task in os.listdir(f'/proc/{pid}/task'):
        with open(f'/proc/{pid}/task/{task}/schedstat') as file: own += int(file.read().split()[0]) / 1e6
    with open(f'/proc/{pid}/stat') as file: fields = file.read().rsplit(')', 1)[1].split()
    return own + (int(fields[13]) + int(fields[14])) * tick
def screen(argv):
    start = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ['TERM'] = 'xterm-256color'
        os.environ['LANG'] = 'C.UTF-8'
        os.execvp(argv[0], argv)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 140, 0, 0))
    seen = b''
    while b'polled in' not in seen:
        ready, _, _ = select.select([terminal], [], [], 40)
        if not ready: sys.exit('no frame: ' + repr(seen[-500:]))
        seen += os.read(terminal, 65536)
    result = [(time.monotonic() - start) * 1000, used(pid)]
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
    return result
os.environ.pop('TMUX', None)
os.environ.pop('NODE_EXTRA_CA_CERTS', None)
results = [[] for _ in commands]
for turn in range(rounds + 1):
    for index, (kind, argv) in enumerate(commands):
        result = screen(argv) if kind == 'screen' else run(argv)
        if turn > 0: results[index].append(result)
print(json.dumps(results))
`;

type Command = readonly [kind: 'run' | 'screen', argv: readonly string[]];

/** @param before words before each command, such as those of a namespace.
 * @param options what selects the machine.
 * @param typical what stands for all runs of a command.
 * @returns that of so many rounds, each over that of its floor. */
export function measureStart(
  cli: string,
  options: readonly string[],
  rounds: number,
  { node = process.execPath, before = [] as readonly string[], typical = median } = {},
): StartRatios {
  const run = (...words: string[]): Command => ['run', [...before, node, ...words]];
  const screen = (...words: string[]): Command => ['screen', [...before, node, ...words]];
  const commands: readonly Command[] = [
    run('-e', '0'),
    run(cli, '--help'),
    run(cli, '--version'),
    run(cli, 'list', '--json', ...options),
    screen('-e', 'console.log("polled in"); setTimeout(() => 0, 60000)'),
    screen(cli, ...options),
  ];
  const output = execFileSync('python3', ['-c', runner, JSON.stringify(commands), `${rounds}`], {
    encoding: 'utf8',
  });
  const [floor, help, version, list, screenFloor, frame] = (JSON.parse(output) as number[][][]).map(
    runs => ({
      wall: typical(runs.map(([wall = 0]) => wall)),
      cpu: typical(runs.map(([, cpu = 0]) => cpu)),
    }),
  );
  const over = (of: StartRatio | undefined, base: StartRatio | undefined): StartRatio => ({
    wall: ratioOf(of?.wall, base?.wall),
    cpu: ratioOf(of?.cpu, base?.cpu),
  });
  return {
    '--help': over(help, floor),
    '--version': over(version, floor),
    'list --json': over(list, floor),
    'first frame': over(frame, screenFloor),
  };
}

function ratioOf(value = Number.NaN, base = Number.NaN): number {
  return Math.round((value / base) * 100) / 100;
}

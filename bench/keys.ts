/** Keys on the live screen: how long until what they do is on the terminal, and what a frame costs. */
import { execFileSync } from 'node:child_process';

export type KeyRun = {
  /** From the key to the frame that shows it, milliseconds, in order. */
  readonly latencies: readonly number[];
  /** CPU of the whole program for each key, while nothing else goes on, milliseconds. */
  readonly cpuMs: number;
};

/** The row under the cursor begins with its sign, which is written anew for each move within the window: at the
 * window's edge it stays where it is, so nobody goes there. */
const runner = `
import fcntl, json, os, pty, random, select, signal, struct, sys, termios, time
presses, rows, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.environ.update(TERM='xterm-256color', LANG='C.UTF-8')
    os.environ.pop('TMUX', None)
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', rows, 140, 0, 0))
def drain(seconds):
    end = time.monotonic() + seconds
    seen = b''
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.01)[0]: seen += os.read(terminal, 65536)
    return seen
def ticks():
    with open(f'/proc/{pid}/stat') as file: fields = file.read().rsplit(')', 1)[1].split()
    return int(fields[11]) + int(fields[12])
def press(key):
    start = time.monotonic()
    os.write(terminal, key)
    seen = b''
    while b'>' not in seen:
        if time.monotonic() - start > 2: return 2000
        if select.select([terminal], [], [], 0.1)[0]: seen += os.read(terminal, 65536)
    return (time.monotonic() - start) * 1000
begin, seen = time.monotonic(), b''
while b'CLASS' not in seen and time.monotonic() - begin < 30: seen += drain(0.1)
drain(1)
random.seed(7)
latencies = []
for turn in range(presses):
    drain(random.uniform(0.02, 0.12))
    latencies.append(press(b'j' if turn % 60 < 30 else b'k'))
os.write(terminal, b'Z')
drain(2)
before = ticks()
for turn in range(presses): press(b'j' if turn % 20 < 10 else b'k')
cpu = (ticks() - before) * 1000 / os.sysconf('SC_CLK_TCK') / presses
os.kill(pid, signal.SIGKILL)
os.waitpid(pid, 0)
print(json.dumps({'latencies': sorted(latencies), 'cpuMs': cpu}))
`;

/** Presses keys at random moments on a pseudo-terminal of 140 columns, while the program looks.
 * @param rows of the terminal. */
export function measureKeys(command: readonly string[], presses: number, rows: number): KeyRun {
  // In an order that stays: a key at the end of the table would move nothing.
  const words = ['-c', runner, String(presses), String(rows), ...command, '-s', 'agent'];
  return JSON.parse(execFileSync('python3', words, { encoding: 'utf8' })) as KeyRun;
}

/** @param share of them that are no longer than what is returned, as 0.95. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Keys on the live screen: latency until the result is on the terminal, and the cost of a frame. */
import { execFileSync } from 'node:child_process';

export type KeyRun = {
  /** From key to frame, milliseconds, sorted. */
  readonly latencies: readonly number[];
  /** CPU of the whole program per key while nothing else happens, milliseconds. */
  readonly cpuMs: number;
};

/** The selected row begins with a glyph that is redrawn on each move within the window; at the
 * window's edge it stays in place, so keys avoid the edge. */
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

/** Presses keys at random moments on a pseudo-terminal of 140 columns, while the program polls.
 * @param rows of the terminal. */
export function measureKeys(command: readonly string[], presses: number, rows: number): KeyRun {
  // A stable order: a key at the end of the table would move nothing.
  const words = ['-c', runner, String(presses), String(rows), ...command, '-s', 'agent'];
  return JSON.parse(execFileSync('python3', words, { encoding: 'utf8' })) as KeyRun;
}

/** @param share the fraction of values up to the result, e.g. 0.95. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

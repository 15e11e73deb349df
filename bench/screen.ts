/** The live screen on a pseudo-terminal: time to its first frame, memory, bytes written. */
import { execFileSync } from 'node:child_process';

export type ScreenRun = {
  /** Until the table was drawn. */
  readonly firstFrameMs: number;
  readonly bytesPerSecond: number;
  /** RSS in bytes, at the end of each sixtieth of the run. */
  readonly rss: readonly number[];
  /** Open descriptors, at the same moments. */
  readonly descriptors: readonly number[];
};

const runner = `
import fcntl, json, os, pty, select, signal, struct, sys, termios, time
seconds, wanted, command = float(sys.argv[1]), sys.argv[2].encode(), sys.argv[3:]
start = time.monotonic()
pid, terminal = pty.fork()
if pid == 0:
    os.environ['TERM'] = 'xterm-256color'
    os.environ['LANG'] = 'C.UTF-8'
    os.environ.pop('TMUX', None)
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 140, 0, 0))
def rss():
    with open(f'/proc/{pid}/statm') as file: return int(file.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')
seen, first, count, samples, open_files = b'', None, 0, [], []
while True:
    now = time.monotonic()
    if first is not None and now - first >= seconds: break
    ready, _, _ = select.select([terminal], [], [], 0.05)
    if ready:
        try: chunk = os.read(terminal, 65536)
        except OSError: break
        if not chunk: break
        if first is None:
            seen += chunk
            if wanted in seen: first = time.monotonic()
        else: count += len(chunk)
    if first is not None and seconds > 0 and len(samples) < int((time.monotonic() - first) / seconds * 60):
        samples.append(rss())
        open_files.append(len(os.listdir(f'/proc/{pid}/fd')))
elapsed = max(time.monotonic() - (first or now), 0.001)
try: os.kill(pid, signal.SIGKILL)
except ProcessLookupError: pass
os.waitpid(pid, 0)
print(json.dumps({'firstFrameMs': ((first or time.monotonic()) - start) * 1000, 'bytesPerSecond': count / elapsed, 'rss': samples, 'descriptors': open_files}))
`;

/** Runs a command on a pseudo-terminal of 140 by 40.
 * @param seconds how long to watch after the first frame.
 * @param wanted text that marks the first frame. */
export function watchScreen(
  command: readonly string[],
  seconds: number,
  wanted: string,
): ScreenRun {
  const output = execFileSync('python3', ['-c', runner, String(seconds), wanted, ...command], {
    encoding: 'utf8',
  });
  return JSON.parse(output) as ScreenRun;
}

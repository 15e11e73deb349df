/** Programs that resist termination, as Python text for `agents.run`. Every fork first takes from
 * a counter shared by all of them, so that no failing test can exhaust the machine. */

const prelude = `#!/usr/bin/env python3
import ctypes, itertools, os, select, signal, sys, threading, time
ready = os.environ['READY_FILE']
counter = os.open(ready + '.forks', os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600)

def may_fork(cap):
    # One more byte each: appends are atomic, so no fork exceeds the cap.
    os.write(counter, b'.')
    return os.fstat(counter).st_size <= cap

def ignoring(*names):
    for name in names: signal.signal(name, signal.SIG_IGN)

def forever(*_):
    while True: signal.pause()

def say_ready(*pids):
    with open(ready + '.tmp', 'w') as file: file.write(' '.join(map(str, (os.getpid(), *pids))))
    os.rename(ready + '.tmp', ready)

stubborn = lambda: ignoring(signal.SIGTERM, signal.SIGHUP)
`;

/** Itself and `children` others: each answers every SIGTERM with twenty forks, up to 400. */
export const forksOnTerm = (children: number) => `${prelude}
def fork_on_term(*_):
    for _ in range(20):
        if not may_fork(400): return
        if os.fork() == 0: forever()

ignoring(signal.SIGHUP)
signal.signal(signal.SIGTERM, fork_on_term)
pids = []
for _ in range(${children}):
    pid = os.fork()
    if pid == 0: forever()
    pids.append(pid)
say_ready(*pids)
forever()
`;

/** After SIGTERM it forks endlessly: every second child leaves its session. */
export const steadyForker = (cap: number, pauseMs: number) => `${prelude}
def fork_steadily(*_):
    stubborn()
    count = 0
    while may_fork(${cap}):
        count += 1
        if os.fork() == 0:
            if count % 2: os.setsid()
            forever()
        time.sleep(${pauseMs} / 1000)

ignoring(signal.SIGHUP)
signal.signal(signal.SIGTERM, fork_steadily)
say_ready()
forever()
`;

/** Two processes in their own sessions: each restarts the other within a moment of its exit. */
export const mutualRespawners = (cap: number) => `${prelude}
def guard(partner):
    while True:
        try:
            descriptor = os.pidfd_open(partner)
            select.select([descriptor], [], [])
            os.close(descriptor)
        except ProcessLookupError:
            pass
        if not may_fork(${cap}): forever()
        partner = start(os.getpid())

def start(partner):
    pid = os.fork()
    if pid > 0: return pid
    os.setsid()
    guard(partner)

stubborn()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
reader, writer = os.pipe()
first = os.fork()
if first == 0:
    os.setsid()
    second = start(os.getpid())
    os.write(writer, str(second).encode())
    guard(second)
say_ready(first, int(os.read(reader, 20)))
forever()
`;

/** Forks twenty times over three seconds while it is being ended: during the attempts, not
 * before. */
export const forksWhileDying = `${prelude}
def fork_slowly(*_):
    stubborn()
    for count in range(20):
        if os.fork() == 0:
            if count % 2: os.setsid()
            forever()
        time.sleep(0.15)

ignoring(signal.SIGHUP)
signal.signal(signal.SIGTERM, fork_slowly)
say_ready()
forever()
`;

/** Its child has a child in its own session with an empty environment. The middle one exits on
 * SIGUSR2; then no live process connects the last one to the agent. */
export const forgottenDaemon = `${prelude}
reader, writer = os.pipe()
middle = os.fork()
if middle == 0:
    signal.signal(signal.SIGUSR2, lambda *_: os._exit(0))
    last = os.fork()
    if last == 0:
        os.setsid()
        os.execve('/bin/sleep', ['sleep', '1000000'], {})
    os.write(writer, str(last).encode())
    forever()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
say_ready(middle, int(os.read(reader, 20)))
forever()
`;

/** Its first thread has exited, which makes it look like a zombie; the second one is running. */
export const deadLeader = `${prelude}
stubborn()
threading.Thread(target=lambda: time.sleep(1000000)).start()
say_ready()
exit_thread = 60 if os.uname().machine == 'x86_64' else 93
ctypes.CDLL(None).syscall(exit_thread, 0)
`;

/** Itself and `children` others, a quarter of them in their own sessions. */
export const crowd = (children: number, isStubborn: boolean) => `${prelude}
if ${isStubborn ? 'True' : 'False'}: stubborn()
pids = []
for count in range(${children}):
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        if count % 4 == 0: os.setsid()
        os.write(writer, b'.')
        forever()
    os.read(reader, 1)
    os.close(reader); os.close(writer)
    pids.append(pid)
say_ready(*pids)
forever()
`;

/** Starts this program normally and waits forever; its output goes to a file. */
export const starterOf = (command: string) => `${prelude}
import subprocess
with open(ready + '.said', 'w') as said: subprocess.run(['sh', '-c', ${JSON.stringify(command)}], stdout=said)
say_ready()
forever()
`;

/** For `programs/reuse.py`, which is notified of each exited child. On SIGTERM: with HOW `same
 * tick` it starts one child after another, each for most of a clock tick; otherwise it ends its
 * only child. */
export const shortLivedChildren = `${prelude}
dead = os.open(ready + '.dead', os.O_RDWR)
tick = 1 / os.sysconf('SC_CLK_TCK')

def start_of(pid):
    with open(f'/proc/{pid}/stat', 'rb') as file:
        return file.read().rpartition(b')')[2].split()[19].decode()

def bury(pid, lifetime):
    start = start_of(pid)
    time.sleep(lifetime)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.write(dead, f'{pid}@{start} '.encode())

def breed(*_):
    stubborn()
    if os.environ['HOW'] == 'later':
        return bury(child, 0)
    # A tick passes while a busy machine lets it or its child wait.
    try: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError: pass
    # Longer ones are more likely to be seen; where forks are slow, only shorter ones leave a part of the tick.
    for part in itertools.cycle((0.6, 0.3, 0)):
        if not may_fork(380): break
        # Born as a tick begins.
        time.sleep(tick - time.clock_gettime(time.CLOCK_BOOTTIME) % tick)
        # Several times as fast as a fork of Python.
        bury(os.posix_spawn('/bin/sleep', ['sleep', '1000'], os.environ), tick * part)
        time.sleep(tick)
    forever()

child = os.fork()
if child == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    forever()
ignoring(signal.SIGHUP)
signal.signal(signal.SIGTERM, breed)
say_ready(child)
forever()
`;

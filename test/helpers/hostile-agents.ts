/** Programs that do not want to end, as Python text for `agents.run`. Whatever forks asks a counter
 * first, which all its forks share: no failing test can fill the machine. */

const prelude = `#!/usr/bin/env python3
import ctypes, os, select, signal, sys, threading, time
ready = os.environ['READY_FILE']
counter = os.open(ready + '.forks', os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600)

def may_fork(cap):
    # One more byte each: appends are atomic, so nobody gets past the cap.
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

/** From its SIGTERM on it forks without end: every second child leaves its session. */
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

/** Two in sessions of their own: whichever sees the other die starts it again within a moment. */
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

/** Forks twenty times while it is being ended, over three seconds: in the attempts, not before. */
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

/** It has a child that has a child in a session of its own and without any environment. The one in
 * between goes away at SIGUSR2; then nothing that lives leads from the last to the agent. */
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

/** Its first thread has ended, which makes it look like a zombie; the second one goes on. */
export const deadLeader = `${prelude}
stubborn()
threading.Thread(target=lambda: time.sleep(1000000)).start()
say_ready()
exit_thread = 60 if os.uname().machine == 'x86_64' else 93
ctypes.CDLL(None).syscall(exit_thread, 0)
`;

/** Itself and `children` others, a quarter of them in sessions of their own. */
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

/** Starts this program in the ordinary way and waits for ever; what that says goes to a file. */
export const starterOf = (command: string) => `${prelude}
import subprocess
with open(ready + '.said', 'w') as said: subprocess.run(['sh', '-c', ${JSON.stringify(command)}], stdout=said)
say_ready()
forever()
`;

/** For `programs/reuse.py`, which is told of each child that has died. From its SIGTERM on: with HOW
 * `same tick` one child after the other, each for most of a clock tick; else it ends the one it has. */
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
    while may_fork(380):
        # Born as a tick begins.
        time.sleep(tick - time.clock_gettime(time.CLOCK_BOOTTIME) % tick)
        pid = os.fork()
        if pid == 0: forever()
        bury(pid, tick * 0.6)
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

"""Forces pid reuse in a private pid namespace while vigil ends an agent.

reuse.py HOW AGENT_ID SESSION_COMMAND READY_FILE SOCKET VIGIL_WORD...

HOW is `later`: a child of the agent exits on SIGTERM, and a bystander gets its pid. Or `same tick`: the
agent starts children that live less than a clock tick, and a bystander gets each pid within that tick.
Prints one JSON object: vigil's output and the state of the bystanders.
"""
import json, os, select, signal, subprocess, sys, time

how, agent_id, program, ready, socket, *vigil = sys.argv[1:]
most = 400
heard_reader, heard_writer = os.pipe()


def start_of(pid):
    try:
        with open(f'/proc/{pid}/stat', 'rb') as file:
            fields = file.read().rpartition(b')')[2].split()
    except OSError:
        return None
    return None if fields[0] in (b'Z', b'X') else (fields[19].decode(), fields[0].decode())


def bystander():
    def heard(number, _):
        os.write(heard_writer, b'%d %d\n' % (os.getpid(), number))
    os.setsid()
    for name in ('SIGTERM', 'SIGHUP', 'SIGCONT', 'SIGINT', 'SIGUSR1'):
        signal.signal(getattr(signal, name), heard)
    while True:
        signal.pause()


def take(pid):
    """A bystander with this pid; nothing if another process got it first. Within a tick there is time for one try."""
    return any(try_to_take(pid) for _ in range(1 if how == 'same tick' else 1000))


def try_to_take(pid):
    with open('/proc/sys/kernel/ns_last_pid', 'w') as file:
        file.write(str(pid - 1))
    child = os.fork()
    if child == 0:
        bystander()
    if child == pid:
        return True
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def at_once():
    """Runs before other programs: a tick passes while a busy machine lets us wait."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except PermissionError:
        pass


signal.signal(signal.SIGPIPE, signal.SIG_IGN)
fifo = ready + '.dead'
os.mkfifo(fifo)
dead = os.open(fifo, os.O_RDWR)
tmux = ['tmux', '-L', socket, '-f', '/dev/null']
command = f"READY_FILE='{ready}' HOW='{how}' '{program}' | cat"
subprocess.run([*tmux, 'new-session', '-d', '-s', f'agent_{agent_id}', 'bash', '-c', command], check=True)
while not os.path.exists(ready):
    time.sleep(0.01)
child = int(open(ready).read().split()[-1])

running = subprocess.Popen(vigil, stdout=subprocess.PIPE)
taken = []
output = b''
at_once()
wanted = [running.stdout, dead]
while running.stdout in wanted:
    for source in select.select(wanted, [], [])[0]:
        if source == dead:
            for word in os.read(dead, 4096).split():
                pid, start = word.decode().split('@')
                if len(taken) < most and take(int(pid)):
                    taken.append((int(pid), start, start_of(int(pid))))
            continue
        part = os.read(running.stdout.fileno(), 65536)
        output += part
        if part == b'':
            wanted.remove(running.stdout)
code = running.wait()
os.set_blocking(heard_reader, False)
try:
    heard = os.read(heard_reader, 65536).decode().split('\n')[:-1]
except BlockingIOError:
    heard = []
now = {pid: start_of(pid) for pid, _, _ in taken}
report = {
    'code': code,
    'vigil': json.loads(output or b'null'),
    'taken': [
        {'pid': pid, 'formerStart': former, 'start': then and then[0], 'now': now[pid]}
        for pid, former, then in taken
    ],
    'heard': heard,
}
subprocess.run([*tmux, 'kill-server'], stderr=subprocess.DEVNULL)
print(json.dumps(report))

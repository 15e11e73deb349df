"""Stands in for any parent: an agent, a subreaper, an IDE. Starts the children listed in the file named by its
last argument, writes each pid under its label, then waits or exits.

Fields of a child: `exe`, `argv`, `env` (all of it), `place` (see start), `stdio` (what 0, 1 and 2 lead to) and `uid`.
`$SELF` in an environment is the pid of this process."""
import ctypes, fcntl, json, os, pty, signal, socket, sys, termios

with open(sys.argv[-1]) as file: family = json.load(file)
kept = []  # our ends of what the children have open


def tell(label, pid):
    path = os.path.join(family['pids'], label)
    with open(path + '.tmp', 'w') as file: file.write(str(pid))
    os.rename(path + '.tmp', path)


def end_for(kind, number):
    """The child's descriptor; the parent keeps the other end."""
    if kind == 'null': return os.open('/dev/null', os.O_RDWR)
    if kind == 'terminal': return number
    if kind == 'socket':
        ours, theirs = socket.socketpair()
        kept.append(ours)
        return theirs.detach()
    if kind == 'pipe':
        reader, writer = os.pipe()
        kept.append(writer if number == 0 else reader)
        return reader if number == 0 else writer
    return os.open(kind, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)


def run(child, ends, report):
    if child.get('stdio') == 'pty': fcntl.ioctl(ends[0], termios.TIOCSCTTY, 0)
    for number, end in enumerate(ends):
        if end != number: os.dup2(end, number)
    os.set_inheritable(0, True)
    os.chdir('/')
    env = {name: value.replace('$SELF', str(self)) for name, value in child['env'].items()}
    if 'uid' in child:
        os.setgroups([])
        os.setresgid(child['uid'], child['uid'], child['uid'])
        os.setresuid(child['uid'], child['uid'], child['uid'])
    os.write(report, str(os.getpid()).encode())
    os.execve(child['exe'], child['argv'], env)


def start(child):
    """`same` group, its own `group` or `session`; `left`: the same with an exited parent; `nohup`: with an exited
    parent that led its session; `loose`: in our group with an exited parent."""
    place = child.get('place', 'same')
    if child.get('stdio') == 'pty':
        master, slave = pty.openpty()
        kept.append(master)
        ends, place = [slave] * 3, 'session'
    else:
        ends = [end_for(kind, number) for number, kind in enumerate(child.get('stdio', ['null'] * 3))]
    reader, report = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            if place == 'nohup': os.setsid()
            if place in ('nohup', 'left', 'loose') and os.fork() > 0: os._exit(0)
            if place in ('session', 'left'): os.setsid()
            if place == 'group': os.setpgid(0, 0)
            run(child, ends, report)
        except BaseException as error:
            os.write(report, f' {error}'.encode())
        os._exit(1)
    os.close(report)
    if place in ('nohup', 'left', 'loose'): os.waitpid(pid, 0)
    for end in set(ends):
        if end > 2: os.close(end)
    said = b''
    while part := os.read(reader, 500): said += part
    os.close(reader)
    # The exec has closed the report pipe, so its program is running.
    tell(child['label'], int(said))


signal.signal(signal.SIGHUP, signal.SIG_DFL)
self = os.getpid()
libc = ctypes.CDLL(None)
if family.get('subreaper'): libc.prctl(36, 1, 0, 0, 0)
if family.get('comm'): libc.prctl(15, family['comm'].encode(), 0, 0, 0)
for child in family['children']: start(child)
tell(family['label'], self)
if family.get('stays', True):
    while True: signal.pause()

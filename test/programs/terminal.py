"""Runs one program on a private pseudo-terminal: its output goes to stdout byte by byte, facts about
it to stderr as JSON lines, commands come on stdin: `size ROWS COLUMNS`, `type HEX`, `hangup`.

usage: terminal.py ROWS COLUMNS command...
"""
import fcntl, json, os, pty, select, signal, struct, sys, termios


def tell(**facts):
    os.write(2, (json.dumps(facts) + '\n').encode())


def resize(descriptor, rows, columns):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))


def is_cooked(descriptor):
    flags = termios.tcgetattr(descriptor)[3]
    wanted = termios.ICANON | termios.ECHO | termios.ISIG
    return flags & wanted == wanted


pid, master = pty.fork()
if pid == 0:
    resize(0, int(sys.argv[1]), int(sys.argv[2]))
    os.execvp(sys.argv[3], sys.argv[3:])
# This side stays open, so that the modes can be read after the program has exited.
tell(pid=pid)
orders = b''
inputs = [0, master]
while master in inputs:
    for ready in select.select(inputs, [], [])[0]:
        # The terminal may have been closed by an order that came with its last output.
        if ready not in inputs:
            continue
        if ready == master:
            try:
                content = os.read(master, 65536)
            except OSError:
                content = b''
            if content == b'':
                inputs.remove(master)
            else:
                os.write(1, content)
            continue
        content = os.read(0, 65536)
        if content == b'':
            inputs.remove(0)
        orders += content
        *lines, orders = orders.split(b'\n')
        for line in lines:
            verb, *words = line.decode().split()
            if verb == 'size':
                resize(master, int(words[0]), int(words[1]))
            elif verb == 'type':
                os.write(master, bytes.fromhex(words[0]))
            elif verb == 'hangup':
                inputs.remove(master)
                os.close(master)
                master = -1
                break
status = os.waitpid(pid, 0)[1]
tell(
    code=os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
    signal=signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else None,
    cooked=is_cooked(master) if master >= 0 else None,
)

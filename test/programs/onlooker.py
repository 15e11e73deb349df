"""Reads files a hundred times a second without a lock, until SIGTERM. `onlooker.py LOG FILE…`

A line of the log: a file that is not JSON (`unreadable`, from `began` to `at`, monotonic nanoseconds), or the agents
that are `terminated` in it, each time these change; the last line has how often it has read (`reads`)."""
import json, signal, sys, time

log, paths = open(sys.argv[1], 'a'), sys.argv[2:]
goes_on = True
reads = 0
before = {}


def stop(*_):
    global goes_on
    goes_on = False


signal.signal(signal.SIGTERM, stop)


def tell(**line):
    log.write(json.dumps(line) + '\n')
    log.flush()


while goes_on:
    for path in paths:
        began = time.monotonic_ns()
        with open(path) as file: text = file.read()
        at = time.monotonic_ns()
        reads += 1
        try:
            agents = json.loads(text)['agents']
        except ValueError as error:
            tell(file=path, unreadable=str(error), began=began, at=at, length=len(text))
            continue
        entries = [(each['id'], each) for each in agents] if isinstance(agents, list) else agents.items()
        terminated = sorted(id for id, each in entries if each.get('status') == 'terminated')
        if before.get(path) != terminated: tell(file=path, terminated=terminated, at=at)
        before[path] = terminated
    time.sleep(0.01)
tell(reads=reads)

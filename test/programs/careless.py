"""Updates the registries of a task like programs that share them with vigil, and logs each update.
`careless.py WAY PER_SECOND TASK_FILE GLOBAL_FILE LOG`; after SIGTERM it finishes its update and exits.

WAY: `replaces` (a temporary file, os.replace), `truncates` (open with 'w'), `locks` (fcntl.flock, in place) or
`deploys`: the orchestrator's own way, which takes no lock. It truncates, and every six seconds of updates it deploys an
agent: it reads the task registry, starts the agent, waits two seconds for it, and writes what it has read with one entry
more; then it reads and writes the global registry.

Each update counts up `beat` in the file. A line of the log: the file, the beat, the one that was read before (unlike the
previous one if an update was lost), the agents that were read as terminated, and when it was read and written
(monotonic, nanoseconds). A text that is not JSON is a line with `unreadable`."""
import fcntl, json, os, signal, sys, time
from datetime import datetime

way, per_second, paths, log = sys.argv[1], float(sys.argv[2]), sys.argv[3:5], open(sys.argv[5], 'a')
period = 1 / per_second
beats = {path: 0 for path in paths}
added = []
between_deploys = 6
goes_on = True


def stop(*_):
    global goes_on
    goes_on = False


signal.signal(signal.SIGTERM, stop)
now = time.monotonic_ns


def tell(**line):
    log.write(json.dumps(line) + '\n')
    log.flush()


def entries_of(registry):
    agents = registry['agents']
    return [(each['id'], each) for each in agents] if isinstance(agents, list) else list(agents.items())


def read(path, file):
    """The registry, and what the log needs; nothing if it is not JSON at the moment."""
    at = now()
    try:
        registry = json.load(file)
    except ValueError as error:
        tell(file=path, unreadable=at, error=str(error))
        return None, {}
    seen = [id for id, entry in entries_of(registry) if entry.get('status') == 'terminated']
    return registry, {'file': path, 'before': registry.get('beat', 0), 'seen': seen, 'read': at}


def beat(path, registry):
    registry['beat'] = beats[path] + 1


def wrote(path, found, began):
    beats[path] += 1
    tell(**found, beat=beats[path], began=began, done=now())


def load(path):
    with open(path) as file:
        return read(path, file)


def save(path, registry, found):
    beat(path, registry)
    began = now()
    if way == 'replaces':
        with open(path + '.new', 'w') as file:
            json.dump(registry, file, indent=2)
        os.replace(path + '.new', path)
    else:
        with open(path, 'w') as file:
            json.dump(registry, file, indent=2)
    wrote(path, found, began)


def change(path):
    registry, found = load(path)
    if registry is not None:
        save(path, registry, found)


def change_locked(path):
    with open(path, 'r+') as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        registry, found = read(path, file)
        if registry is None: return
        beat(path, registry)
        began = now()
        file.seek(0)
        json.dump(registry, file, indent=2)
        file.truncate()
        file.flush()
        wrote(path, found, began)


def deploy():
    task_file, global_file = paths
    registry, found = load(task_file)
    if registry is None: return
    time.sleep(2)
    agent, started_at = f'deployed-{len(added):06}', datetime.now().isoformat()
    registry['agents'].append({
        'id': agent, 'type': 'deployed', 'tmux_session': f'agent_{agent}', 'parent': 'orchestrator', 'depth': 1,
        'status': 'running', 'started_at': started_at, 'progress': 0, 'last_update': started_at, 'prompt': 'go',
    })
    registry['active_count'] += 1
    save(task_file, registry, found)
    added.append(agent)
    registry, found = load(global_file)
    if registry is None: return
    registry['agents'][agent] = {
        'task_id': os.path.basename(os.path.dirname(task_file)), 'type': 'deployed', 'parent': 'orchestrator',
        'started_at': started_at, 'tmux_session': f'agent_{agent}',
    }
    registry['active_agents'] += 1
    save(global_file, registry, found)


deploys_at = 0
while goes_on:
    if way == 'deploys' and time.monotonic() >= deploys_at:
        deploy()
        deploys_at = time.monotonic() + between_deploys
    time.sleep(period)
    for path in paths:
        (change_locked if way == 'locks' else change)(path)
tell(added=added)

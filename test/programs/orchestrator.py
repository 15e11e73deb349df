"""Adds one to a number in a registry like the orchestrator: fcntl.flock on the file itself,
read, seek, write, truncate. `orchestrator.py FILE AGENT COUNT [ACKNOWLEDGEMENTS]`"""
import fcntl
import json
import sys

path, agent, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
acknowledgements = sys.argv[4] if len(sys.argv) > 4 else None

for _ in range(count):
    with open(path, 'r+') as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        registry = json.load(file)
        entry = next(each for each in registry['agents'] if each['id'] == agent)
        entry['count'] += 1
        file.seek(0)
        file.write(json.dumps(registry, indent=2))
        file.truncate()
        file.flush()
    if acknowledgements is not None:
        with open(acknowledgements, 'a') as file:
            file.write(f"{agent} {entry['count']}\n")

"""Writes a database like the orchestrator: a connection for each call, WAL, a busy time-out of 10 s.
`state_db.py count FILE AGENT TIMES [ACKNOWLEDGEMENTS]`; `hold FILE` or `lock FILE` until stdin ends; `serve`: a JSON list
`[COMMAND, WORDS...]` a line on stdin, its result as JSON a line on stdout."""
import datetime
import json
import sqlite3
import sys

COLUMNS = {
    'tasks': {'task_id': 'TEXT PRIMARY KEY', 'workspace': 'TEXT', 'description': 'TEXT', 'status': 'TEXT',
              'updated_at': 'TEXT', 'current_phase_index': 'INTEGER'},
    'agents': {'agent_id': 'TEXT PRIMARY KEY', 'task_id': 'TEXT NOT NULL REFERENCES tasks(task_id)', 'type': 'TEXT',
               'model': 'TEXT', 'tmux_session': 'TEXT', 'parent': 'TEXT', 'depth': 'INTEGER',
               'phase_index': 'INTEGER', 'claude_pid': 'INTEGER', 'cursor_pid': 'INTEGER', 'tracked_files': 'TEXT',
               'started_at': 'TEXT', 'completed_at': 'TEXT', 'status': 'TEXT', 'progress': 'INTEGER',
               'last_update': 'TEXT', 'prompt_preview': 'TEXT'},
    'agent_progress_latest': {'task_id': 'TEXT NOT NULL', 'agent_id': 'TEXT NOT NULL', 'timestamp': 'TEXT',
                              'status': 'TEXT', 'progress': 'INTEGER', 'message': 'TEXT'},
    'agent_hierarchy': {'task_id': 'TEXT', 'parent_agent_id': 'TEXT', 'child_agent_id': 'TEXT', 'spawned_at': 'TEXT'},
    'task_config': {'task_id': 'TEXT PRIMARY KEY', 'max_agents': 'INTEGER', 'max_concurrent': 'INTEGER',
                    'max_depth': 'INTEGER'},
}


def connect(path):
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    connection.row_factory = sqlite3.Row
    for pragma in ('journal_mode=WAL', 'synchronous=NORMAL', 'foreign_keys=ON', 'busy_timeout=10000'):
        connection.execute(f'PRAGMA {pragma}')
    return connection


def fill(path, given):
    connection = connect(path)
    connection.execute('BEGIN IMMEDIATE')
    for table, columns in COLUMNS.items():
        own = ', '.join(f'{name} {kind}' for name, kind in columns.items())
        connection.execute(f'CREATE TABLE IF NOT EXISTS {table} ({own})')
        for row in given.get(table, []):
            names = [name for name in row if name in columns]
            values = [json.dumps(row[name]) if isinstance(row[name], (dict, list)) else row[name] for name in names]
            marks = ', '.join('?' * len(names))
            connection.execute(f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({marks})", values)
    connection.execute('COMMIT')
    connection.close()


def count(path, agent, times, acknowledgements=None):
    for _ in range(int(times)):
        connection = connect(path)
        connection.execute('BEGIN IMMEDIATE')
        [before] = connection.execute('SELECT progress FROM agents WHERE agent_id=?', (agent,)).fetchone()
        connection.execute('UPDATE agents SET progress=? WHERE agent_id=?', (before + 1, agent))
        connection.execute('COMMIT')
        connection.close()
        if acknowledgements is not None:
            with open(acknowledgements, 'a') as file:
                file.write(f'{agent} {before + 1}\n')


def end(path, agent, status):
    now = datetime.datetime.now().isoformat()
    connection = connect(path)
    connection.execute('UPDATE agents SET status=?, completed_at=?, last_update=? WHERE agent_id=?',
                       (status, now, now, agent))
    connection.close()


def rows(path):
    connection = connect(path)
    found = {table: [dict(row) for row in connection.execute(f'SELECT * FROM {table}')] for table in COLUMNS}
    connection.close()
    return found


def check(path):
    connection = connect(path)
    [[found]] = connection.execute('PRAGMA integrity_check').fetchall()
    connection.close()
    return found


def hold(path):
    connection = connect(path)
    connection.execute('BEGIN IMMEDIATE')
    print('held', flush=True)
    sys.stdin.read()
    connection.execute('ROLLBACK')
    connection.close()


def lock(path):
    """Also readers have to wait, as while the last program closes a database."""
    connection = connect(path)
    connection.execute('PRAGMA locking_mode = EXCLUSIVE')
    connection.execute("UPDATE tasks SET updated_at = 'now'")
    print('locked', flush=True)
    sys.stdin.read()
    connection.close()


def sql(path, statement):
    connection = connect(path)
    connection.execute(statement)
    connection.close()


commands = {'fill': fill, 'count': count, 'end': end, 'rows': rows, 'check': check, 'hold': hold, 'lock': lock, 'sql': sql}
command, *words = sys.argv[1:]
if command == 'serve':
    for line in sys.stdin:
        command, *words = json.loads(line)
        print(json.dumps(commands[command](*words)), flush=True)
else:
    commands[command](*words)

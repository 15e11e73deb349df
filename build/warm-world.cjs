'use strict';
/** A small machine for the runs of warm-up.cjs, so that they compile what a run on a user's machine does: agents, a
 * tmux server with their sessions, and a registry. Nothing of it is real but the processes, which end with the run. */
const { spawn } = require('node:child_process');
const { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } = require('node:fs');
const { createServer } = require('node:net');
const { tmpdir } = require('node:os');
const { delimiter, join } = require('node:path');

const agents = ['builder-232300-000001', 'reviewer-232300-000002'];
const ghost = 'tester-232300-000003';

/** @returns {Promise<{ options: string[], close(): void }>} what selects it on the command line. */
exports.startWarmWorld = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'vigil-build-'));
  const started = agents.map(id => startAgent(id));
  const sockets = join(directory, `tmux-${process.getuid?.()}`);
  mkdirSync(sockets, { mode: 0o700 });
  const socket = join(sockets, 'warm');
  // A longer one would be made elsewhere; without it the run only compiles less.
  if (socket.length < 100) {
    const server = createServer();
    await new Promise(resolve => server.on('error', resolve).listen(socket, resolve));
    server.unref();
  }
  fakeTmux(directory, started);
  const workspace = writeWorkspace(directory);
  Object.assign(process.env, {
    TMUX_TMPDIR: directory,
    PATH: `${directory}${delimiter}${process.env.PATH}`,
    HOME: directory,
    XDG_CONFIG_HOME: directory,
    XDG_STATE_HOME: directory,
    XDG_CACHE_HOME: directory,
  });
  return {
    options: ['-w', workspace, '-L', 'warm'],
    close() {
      for (const child of started) child.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

/** A process with an agent's name and marks. */
function startAgent(id, index) {
  const env = { PATH: process.env.PATH, VIGIL_AGENT: id, TMUX_PANE: `%${index}` };
  const child = spawn('sleep', ['60'], { argv0: 'claude', env, stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
  return child;
}

/** Answers `list-panes` for the agents' panes, and for one of a shell. */
function fakeTmux(directory, started) {
  const panes = [...started, process].map(({ pid }, index) => ({
    pid: process.pid,
    session_id: `$${index}`,
    session_created: 1_700_000_000,
    session_attached: 0,
    session_group_attached: 0,
    window_active_clients: 0,
    window_activity: 1_700_000_000,
    pane_id: `%${index}`,
    pane_pid: pid,
    pane_dead: 0,
    '@vigil_agent': agents[index] ?? '',
    session_name: index < agents.length ? `agent_${agents[index]}` : 'main',
  }));
  const lines = panes.map(pane => {
    const edits = Object.entries(pane).map(([name, value]) => `s/#{${name}}/${value}/`);
    return `printf '%s\\n' "$format" | sed '${edits.join(';')}'`;
  });
  const path = join(directory, 'tmux');
  writeFileSync(path, ['#!/bin/sh', 'for format; do :; done', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
}

function writeWorkspace(directory) {
  const path = join(directory, '.agent-workspace');
  const task = 'TASK-20261121-000000-00000001';
  mkdirSync(join(path, 'registry'), { recursive: true });
  mkdirSync(join(path, task));
  const entries = [...agents, ghost].map(id => ({
    id,
    type: id.split('-')[0],
    tmux_session: `agent_${id}`,
    parent: 'orchestrator',
    depth: 1,
    status: 'working',
    started_at: '2025-10-29T23:23:00.553401',
    progress: 40,
    last_update: '2025-10-29T23:23:00.553401',
  }));
  const write = (file, value) => {
    writeFileSync(join(path, file), JSON.stringify(value, null, 2));
    utimesSync(join(path, file), 1_700_000_000, 1_700_000_000);
  };
  write(join(task, 'AGENT_REGISTRY.json'), {
    task_id: task,
    status: 'INITIALIZED',
    agents: entries,
  });
  write(join('registry', 'GLOBAL_REGISTRY.json'), {
    created_at: '2025-10-29T23:23:00.553401',
    agents: Object.fromEntries(entries.map(entry => [entry.id, { ...entry, task_id: task }])),
  });
  return path;
}

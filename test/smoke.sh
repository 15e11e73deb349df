#!/usr/bin/env bash
# The built program ends one agent with its child among bystanders, on any system with tmux and ps. It checks with
# `kill -0` alone, and reads no /proc.
set -euo pipefail
cd "$(dirname "$0")/.."
unset TMUX TMUX_PANE VIGIL_WORKSPACE

directory=$(mktemp -d)
export XDG_STATE_HOME=$directory/state XDG_CONFIG_HOME=$directory TMUX_TMPDIR=$directory
tmux="tmux -L vigil-smoke -f /dev/null"
bystander=
trap '$tmux kill-server 2>/dev/null || true; [ -z "$bystander" ] || kill "$bystander" 2>/dev/null || true; rm -rf "$directory"' EXIT

vigil() { node dist/cli.js "$@" -L vigil-smoke; }
fail() { echo "smoke: $*" >&2; exit 1; }
alive() { kill -0 "$1" 2>/dev/null; }

# The agent's child ignores what its session sends when it is killed.
cat >"$directory/claude" <<'END'
#!/bin/bash
(trap '' HUP TERM; exec sleep 1001) &
echo $! >"$1.tmp" && mv "$1.tmp" "$1"
wait
END
chmod +x "$directory/claude"
$tmux new-session -d -s agent_smoke-1 -x 80 -y 24 "bash '$directory/claude' '$directory/child'"
# It has the agent's name in its command line, and another session on the same server.
$tmux new-session -d -s work -x 80 -y 24 "tail -f /dev/null agent_smoke-1"
sleep 1002 &
bystander=$!
until [ -s "$directory/child" ]; do sleep 0.1; done
child=$(cat "$directory/child")
agent=$($tmux display-message -p -t =agent_smoke-1: '#{pane_pid}')
neighbour=$($tmux display-message -p -t =work: '#{pane_pid}')

vigil doctor || [ $? = 10 ]
vigil list
vigil why session:agent_smoke-1
vigil kill session:agent_smoke-1 --dry-run
alive "$agent" && alive "$child" || fail 'a dry run has ended something'
vigil kill session:agent_smoke-1 --yes
for pid in "$agent" "$child"; do ! alive "$pid" || fail "pid $pid of the agent is alive"; done
for pid in "$neighbour" "$bystander"; do alive "$pid" || fail "bystander $pid is gone"; done
$tmux has-session -t =work || fail 'another session is gone'
echo 'smoke: the agent was ended, and nothing else'

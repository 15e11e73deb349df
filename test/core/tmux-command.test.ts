/** What the command line of a tmux server says of its first session. */
import { expect, it } from 'vitest';
import { firstSessionOf } from '../../source/core/programs/tmux-command.ts';

const nameIn = (command: string) => firstSessionOf(command.split(' '));

it('reads the name that the command gives to the first session', () => {
  for (const command of [
    'tmux new-session -d -s mine',
    'tmux new -smine',
    '/usr/bin/tmux -2uL gone -f /dev/null new-session -dPF #{pane_id} -x 80 -y 24 -s mine claude -s other',
    'tmux -Lgone -- new-sess -d -n window -s mine -- claude',
  ])
    expect([command, nameIn(command)]).toEqual([command, 'mine']);
});

it('reads nothing elsewhere', () => {
  for (const command of [
    'tmux',
    'tmux -s mine',
    'tmux new-session -d',
    'tmux new-session -d claude -s mine',
    'tmux start-server ; new-session -s mine',
    'tmux new-window -s mine',
    'tmux attach -t mine',
    'tmux: server',
    'tmux new -s',
  ])
    expect([command, nameIn(command)]).toEqual([command, undefined]);
});

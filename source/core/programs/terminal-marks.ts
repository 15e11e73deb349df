/** Environment variables by which terminals, IDEs and process managers name themselves to what runs in them. */
import type { Origin } from '../model/process.ts';
import { words } from './words.ts';

/** In the order in which they are read. tmux names itself by `TMUX`, which is read apart. */
export const terminalMarkNames: readonly string[] = [
  ...words(
    'STY ZELLIJ_SESSION_NAME ABDUCO_SESSION TERM_PROGRAM VSCODE_IPC_HOOK_CLI TERMINAL_EMULATOR',
    'ZED_TERM INSIDE_EMACS NVIM VIM_TERMINAL KITTY_WINDOW_ID ALACRITTY_WINDOW_ID WEZTERM_PANE',
    'KONSOLE_DBUS_SESSION GNOME_TERMINAL_SCREEN WINDOWID pm_id SUPERVISOR_PROCESS_NAME',
  ),
];

/** @returns the name of a terminal's mark that a process has and an agent has not: it was started in a terminal that is
 * not the agent's, whatever else it inherited. */
export function otherTerminal(its: Origin, agents: Origin): string | undefined {
  if (agents.isUnread === true) return undefined;
  return [...(its.terminalMarks ?? [])].find(
    ([name, value]) => agents.terminalMarks?.get(name) !== value,
  )?.[0];
}

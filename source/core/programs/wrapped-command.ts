/** The command that an agent program has put into a script for its shell: what a user would recognise. The scripts are
 * those of Claude Code 1 and 2 and of Gemini CLI (and its forks). */

const wrappers: readonly RegExp[] = [
  /&& eval '((?:[^']|'\\''|'"'"')*)'/s,
  /trap 'jobs -p > "\$_bgpids_file"' EXIT\n(.*?)\n\)\n__code=/s,
];

/** @param command line of a shell. @returns undefined if the shell runs no such script. */
export function wrappedCommand(command: string): string | undefined {
  for (const wrapper of wrappers) {
    const inside = wrapper.exec(command)?.[1];
    if (inside !== undefined) return inside.replace(/'\\''|'"'"'/g, "'").trim();
  }
  return undefined;
}

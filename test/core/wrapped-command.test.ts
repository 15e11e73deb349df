/** Commands that agent programs wrap for their shells, as seen with the real programs. */
import { expect, it } from 'vitest';
import { wrappedCommand } from '../../source/core/programs/wrapped-command.ts';

it('Claude Code: what eval runs, without its quotes', () => {
  const script = (command: string) =>
    `/bin/bash -c -l source /home/dev/.claude/shell-snapshots/snapshot-bash-1.sh && eval '${command}' \\< /dev/null && pwd -P >| /tmp/claude-380d-cwd`;
  expect(wrappedCommand(script('tail -f /etc/hostname'))).toBe('tail -f /etc/hostname');
  expect(wrappedCommand(script(`echo '"'"'a b'"'"'; npm run dev`))).toBe("echo 'a b'; npm run dev");
});

it('Gemini CLI: what its trap surrounds', () => {
  const script = `/usr/bin/bash -c shopt -u promptvars nullglob extglob nocaseglob dotglob; _bgpids_file=/tmp/x/bgpids.tmp
(
  trap 'jobs -p > "$_bgpids_file"' EXIT
tail -f /etc/hostname
)
__code=$?
exit $__code`;
  expect(wrappedCommand(script)).toBe('tail -f /etc/hostname');
});

it('anything else has no command inside', () => {
  for (const command of ['bash -c while :; do sleep 5; done', '-bash', 'eval', "x && eval 'a"])
    expect(wrappedCommand(command)).toBeUndefined();
});

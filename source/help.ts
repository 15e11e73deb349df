/** The text of `vigil --help`, drawn from the option table. */
import { optionSpecs } from './option-table.ts';
import { type Line, span } from './text/line.ts';
import { printable } from './text/printable.ts';

const usage = `vigil [options]              the live screen (same as vigil top)
vigil list                   one table, or with --json one snapshot
vigil why <target…>          the class of a row and the evidence for it
vigil kill <target…>         end it, its processes and its session; --dry-run shows the plan
vigil reconcile              make the registries agree with the machine; --restore [BACKUP|rebuild]
vigil sweep                  end undead, husks and orphans; remove prompts, archive logs
vigil shutdown               end every agent, sweep, reconcile, verify; --when-ends PID
vigil deploy -- COMMAND      start an agent: --task ID --type TYPE --prompt TEXT
vigil doctor                 what works, and what to do about the rest
vigil completion SHELL       completions for bash, zsh or fish

Targets: an agent id, session:NAME, pid:N, task:TASK-ID, @orphans, @undead, @husks

Options:`;

const outro = `Exit codes: 0 done, 1 not all of it, 2 usage, 3 no such target, 4 refused, 5 a source could
not be read, 10 problems found (doctor, list --exit-code), 129/130/143 ended by HUP/INT/TERM
Environment: VIGIL_WORKSPACE, NO_COLOR, FORCE_COLOR, XDG_CONFIG_HOME/vigil/config.json`;

export function helpLines(): Line[] {
  const options = optionSpecs.map(spec => {
    const short = spec.short === undefined ? '   ' : `-${spec.short},`;
    const name = `${short} --${spec.name}${spec.value === undefined ? '' : ` ${spec.value}`}`;
    return `  ${name.padEnd(28)} ${spec.help}`;
  });
  const lines = [...usage.split('\n'), ...options, '', ...outro.split('\n')];
  return lines.map(line => [span(printable(line))]);
}

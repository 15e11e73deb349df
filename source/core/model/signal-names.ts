/** The signals that a user can choose. Numbers are those of Linux on x86 and ARM. */

export const signals = [
  { name: 'SIGHUP', number: 1, does: 'hang up: daemons often reload their settings' },
  { name: 'SIGINT', number: 2, does: 'interrupt, as Ctrl-C does' },
  { name: 'SIGQUIT', number: 3, does: 'exit with a core dump' },
  { name: 'SIGABRT', number: 6, does: 'abort with a core dump' },
  { name: 'SIGKILL', number: 9, does: 'kill at once: the same as X' },
  { name: 'SIGUSR1', number: 10, does: 'defined by the program' },
  { name: 'SIGUSR2', number: 12, does: 'defined by the program' },
  { name: 'SIGALRM', number: 14, does: 'a timer has expired' },
  { name: 'SIGTERM', number: 15, does: 'ask to exit' },
  { name: 'SIGCONT', number: 18, does: 'resume' },
  { name: 'SIGSTOP', number: 19, does: 'stop until SIGCONT' },
  { name: 'SIGWINCH', number: 28, does: 'the terminal size has changed' },
] as const;

export type SignalName = (typeof signals)[number]['name'];

/** Why a connection has ended: one line that says what, and what to do about it. */

export type Ended = {
  readonly code: number | null;
  readonly signal: string | null;
  /** The end of what was printed on stderr. */
  readonly stderr: string;
};

const longestQuote = 200;

/** What ssh prints (OpenSSH 8 to 10), and what it means. The first that matches counts. */
const ofSsh: readonly (readonly [RegExp, (host: string) => string])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    host => `its host key has changed; if that is right: ssh-keygen -R ${host}, then ssh ${host}`,
  ],
  [/Host key verification failed/, host => `its host key is not known; check it with: ssh ${host}`],
  [
    /Permission denied/,
    host =>
      `ssh is not let in (permission denied); check the key, or ssh-agent, with: ssh -o BatchMode=yes ${host} true`,
  ],
  [
    /Could not resolve hostname/,
    () => 'its name cannot be resolved; check HostName in ~/.ssh/config',
  ],
  [/Connection refused/, () => 'refuses connections; is sshd running there?'],
  [
    /timed out|not responding|No route to host|Network is unreachable|Host is down/,
    () => 'cannot be reached; is it running, and is the network?',
  ],
];

/** @param host its name. @param command how vigil is called there.
 * @returns the reason, to follow the name of the host. */
export function failureOf({ code, signal, stderr }: Ended, host: string, command: string): string {
  const quote = lastLine(stderr);
  if (code === 255) {
    const known = ofSsh.find(([pattern]) => pattern.test(stderr));
    if (known !== undefined) return known[1](host);
    return quote === undefined ? 'the connection was lost' : `ssh: ${quote}`;
  }
  if (code === 127) {
    return /\b(env|exec)\b.*\bnode\b/.test(stderr)
      ? 'vigil is there, and no Node in the PATH of its shell: name both with "command" ("/opt/node/bin/node ~/vigil/dist/cli.js")'
      : `"${command}" is not found by its shell: name the path with "command" in hosts of config.json, or use --bootstrap`;
  }
  if (code === 126) return `"${command}" cannot be executed there`;
  if (code === 2 && /unknown (command|option)/.test(stderr))
    return 'its vigil is too old for this; update it, or use --bootstrap';
  if (code === null) return `ssh was ended by ${signal ?? 'a signal'}`;
  const status = `vigil there exited with code ${code}`;
  return quote === undefined ? status : `${status}: ${quote}`;
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1)?.trim().slice(0, longestQuote) || undefined;
}

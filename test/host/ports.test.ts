/** Listening ports, of real processes and of made-up tables. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createPortReader,
  parseListening,
  readPorts,
} from '../../source/host/processes/proc-ports.ts';
import { eventually } from '../helpers/eventually.ts';
import { createStandIns, type StandIns, statOf } from '../helpers/stand-ins.ts';

let standIns: StandIns;
beforeEach(() => {
  standIns = createStandIns();
});
afterEach(() => standIns.close());

const refOf = (pid: number) => ({ pid, start: statOf(pid)?.start ?? '' });
const portsOf = (pid: number, root?: string) => readPorts([refOf(pid)], root).get(pid);

/** Listens on both families, has a connection to itself, and a UDP socket. */
const server = `
import os, signal, socket, sys
four = socket.socket(); four.bind(('127.0.0.1', 0)); four.listen()
six = socket.socket(socket.AF_INET6); six.bind(('::1', 0)); six.listen()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); udp.bind(('127.0.0.1', 0))
bound = socket.socket(); bound.bind(('127.0.0.1', 0))
client = socket.create_connection(four.getsockname()); other = four.accept()[0]
with open(sys.argv[1] + '.tmp', 'w') as file:
    file.write(f'{four.getsockname()[1]} {six.getsockname()[1]}')
os.rename(sys.argv[1] + '.tmp', sys.argv[1])
while True: signal.pause()
`;

describe('of a process', () => {
  it('are those that it listens on, of both families, and no others', async () => {
    const { env } = standIns.environment();
    const file = env.READY_FILE as string;
    const child = standIns.start('python3', ['-c', server, file]);
    const said = await eventually('it listens', () =>
      existsSync(file) ? readFileSync(file, 'utf8') : undefined,
    );
    const ports = said.split(' ').map(Number);
    const reading = portsOf(child.pid as number);
    expect(reading?.ok === true && [...reading.value].sort()).toEqual(ports.sort());
    const other = standIns.start('sleep', ['1000']);
    expect(portsOf(other.pid as number)).toEqual({ ok: true, value: [] });
  });

  it('that is gone are none, and those of another process with its pid are not its own', () => {
    expect(readPorts([{ pid: 4_194_000, start: '1' }]).get(4_194_000)).toEqual({
      ok: true,
      value: [],
    });
    expect(readPorts([{ pid: process.pid, start: '1' }]).get(process.pid)).toEqual({
      ok: true,
      value: [],
    });
  });
});

/** A made-up procfs with a process 77. */
function madeUp() {
  const root = join(standIns.directory, 'proc');
  const of77 = (...path: string[]) => join(root, '77', ...path);
  mkdirSync(of77('net'), { recursive: true });
  mkdirSync(of77('ns'));
  writeFileSync(of77('stat'), `77 (x) S 1 ${'0 '.repeat(17)}4242 ${'0 '.repeat(9)}`);
  symlinkSync('net:[1]', of77('ns', 'net'));
  return {
    root,
    of77,
    process: { pid: 77, start: '4242' },
    /** @param sockets inodes by port. */
    listen(sockets: Readonly<Record<number, number>>) {
      const lines = Object.entries(sockets).map(([port, inode]) =>
        lineOf(`0100007F:${Number(port).toString(16).padStart(4, '0').toUpperCase()}`, '0A', inode),
      );
      writeFileSync(of77('net', 'tcp'), ['  sl  local_address', ...lines].join('\n'));
    },
    /** @param inodes of sockets by descriptor. */
    hold(inodes: Readonly<Record<number, number>>) {
      rmSync(of77('fd'), { recursive: true, force: true });
      mkdirSync(of77('fd'));
      for (const [number, inode] of Object.entries(inodes))
        symlinkSync(`socket:[${inode}]`, of77('fd', number));
    },
  };
}

describe('of a process that was read before', () => {
  it('follow what it opens and closes, and what starts and stops to listen', () => {
    const { root, process, listen, hold } = madeUp();
    const read = createPortReader(root);
    const ports = () => read([process]).get(77);
    const steps: readonly (readonly [Record<number, number>, Record<number, number>, number[]])[] =
      [
        [{ 3000: 11 }, { 3: 11, 4: 12 }, [3000]],
        // A socket that it had starts to listen.
        [{ 3000: 11, 3001: 12 }, { 3: 11, 4: 12 }, [3000, 3001]],
        [{ 3001: 12 }, { 3: 11, 4: 12 }, [3001]],
        // Another process listens.
        [{ 3001: 12, 3002: 13 }, { 3: 11, 4: 12 }, [3001]],
        // A descriptor of the same number is another socket.
        [{ 3001: 12, 3002: 13, 3003: 14 }, { 3: 14, 4: 12 }, [3003, 3001]],
        // It was given a socket that was listened on before.
        [{ 3001: 12, 3002: 13, 3003: 14 }, { 3: 14, 4: 12, 5: 13 }, [3003, 3001, 3002]],
        [{ 3001: 12, 3002: 13, 3003: 14 }, { 5: 13 }, [3002]],
      ];
    for (const [listening, held, expected] of steps) {
      listen(listening);
      hold(held);
      expect(ports()).toEqual({ ok: true, value: expected });
    }
  });

  it('are read without its descriptors if nothing has changed', () => {
    const { root, of77, process, listen, hold } = madeUp();
    const read = createPortReader(root);
    listen({ 3000: 11 });
    hold({ 3: 11 });
    read([process]);
    rmSync(of77('fd', '3'));
    writeFileSync(of77('fd', '3'), 'no link: it cannot be read');
    expect(read([process]).get(77)).toEqual({ ok: true, value: [3000] });
    expect(readPorts([process], root).get(77)).toMatchObject({ ok: false });
  });
});

describe('what cannot be read', () => {
  it('is a reason and not an empty list', () => {
    const { root, of77, process, listen } = madeUp();
    listen({ 3000: 5 });
    // A file instead of an fd directory: like a forbidden one, it cannot be listed.
    writeFileSync(of77('fd'), '');
    expect(readPorts([process], root).get(77)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('ENOTDIR'),
    });
  });

  it('is a process that hides from its own user', async () => {
    const uid = process.getuid?.() === 0 ? 65_534 : process.getuid?.();
    const hidden = `import ctypes, signal
ctypes.CDLL(None).prctl(4, 0)
print('ready', flush=True)
while True: signal.pause()`;
    const child = spawn('python3', ['-c', hidden], { uid, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await new Promise(resolve => child.stdout.once('data', resolve));
      const reading = readAs(uid as number, () => portsOf(child.pid as number));
      expect(reading).toMatchObject({ ok: false, reason: expect.stringContaining('EACCES') });
    } finally {
      child.kill('SIGKILL');
    }
  });
});

/** Reads as another user. */
function readAs<T>(uid: number, look: () => T): T {
  const before = process.geteuid?.() ?? uid;
  process.seteuid?.(uid);
  try {
    return look();
  } finally {
    process.seteuid?.(before);
  }
}

const lineOf = (local: string, state: string, inode: number) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0 100 0 0 10 0`;

it('only listening sockets of a table count, of either family; other lines are skipped', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    lineOf('0100007F:0BB8', '0A', 11),
    lineOf('00000000000000000000000001000000:1F90', '0A', 12),
    lineOf('0100007F:0BB8', '01', 13),
    'nonsense',
    '',
  ].join('\n');
  expect(parseListening(table)).toEqual([
    { inode: '11', port: 3000 },
    { inode: '12', port: 8080 },
  ]);
});

/** The port of the metrics with clients that do not finish their requests. */
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { serveMetrics } from '../../source/host/metrics/serve.ts';

const host = '127.0.0.1';

it('clients that send their requests slowly are disconnected, and others are answered', async () => {
  const metrics = { text: async () => 'vigil_agents 1\n' };
  const served = await serveMetrics(metrics, { host, port: 0 }, 200);
  if (!served.ok) throw new Error(served.reason);
  const { port, close } = served.value;
  const slow = Array.from({ length: 32 }, () => {
    const socket = connect({ host, port }, () => socket.write('GET /metrics HTTP/1.1\r\n'));
    // A byte at a time, so that the connection is never idle.
    const timer = setInterval(() => socket.write('x'), 20);
    const closed = new Promise(resolve => socket.on('close', resolve));
    socket.resume().on('error', () => undefined);
    return closed.finally(() => clearInterval(timer));
  });
  await Promise.all(slow);
  const answer = await fetch(`http://${host}:${port}/metrics`);
  expect(await answer.text()).toBe('vigil_agents 1\n');
  close();
}, 10_000);

import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below them are services of note, above them the ports that systems give to outgoing connections. */
const LOWEST = 10_000;
const HIGHEST = 32_000;

const given = new Set<number>();

/**
 * Loopback ports that nobody uses now, all different and none given twice by this process. A process that is killed
 * must come back under the same address, so none is of the range out of which an outgoing connection of anybody's
 * could take it meanwhile.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  await once(probe.close(), 'close');
  return true;
}

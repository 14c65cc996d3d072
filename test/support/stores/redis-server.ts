import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './free-ports.js';

export interface RedisServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a Redis that keeps nothing on disk, on a free loopback port; undefined where none is installed. */
export async function startRedisServer(): Promise<RedisServer | undefined> {
  const [port = 0] = await freePorts(1);
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const child = spawn('redis-server', options, { stdio: 'ignore' });
  let failure: NodeJS.ErrnoException | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      failure = error;
      resolve();
    });
    child.once('exit', (code) => {
      failure = new Error(`redis-server ended with code ${code}`);
      resolve();
    });
  });
  const stopWithUs = (): void => void child.kill();
  process.once('exit', stopWithUs);
  while (failure === undefined && !(await answers(port))) await sleep(20);
  if (failure?.code === 'ENOENT') return undefined;
  if (failure !== undefined) throw failure;
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      process.off('exit', stopWithUs);
      child.kill();
      await ended;
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [reply] = (await once(socket, 'data')) as [Buffer];
    return reply.toString().startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

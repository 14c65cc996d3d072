import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../../src/config/config.module.js';
import { QueueModule } from '../../src/queue/queue.module.js';
import { testConfig } from '../support/worlds/test-config.js';

/** Nobody listens on port 9. */
const CONFIG = testConfig({ DATABASE_URL: 'postgres://weicast@127.0.0.1:9/weicast' });

describe('a start that fails', () => {
  const ports: number[] = [];
  const watch = (message: unknown): void => {
    (message as { socket: Socket }).socket.on('connectionAttempt', (_ip, port) => ports.push(port));
  };
  beforeEach(() => subscribe('net.client.socket', watch));
  afterEach(() => unsubscribe('net.client.socket', watch));

  it('a start that fails connects its queues to nothing that was not configured', async () => {
    @Module({ imports: [ConfigModule.register(CONFIG), QueueModule.for('send')] })
    class Failing {}

    await expect(
      NestFactory.createApplicationContext(Failing, { logger: false, abortOnError: false }),
    ).rejects.toThrow();
    await sleep(100); // what was opened has turned to its socket by then

    expect(ports).toContain(9);
    expect(ports).not.toContain(6379);
  });
});

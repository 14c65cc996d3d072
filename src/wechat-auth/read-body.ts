import type { IncomingMessage } from 'node:http';
import type { HeldBytes } from '../http/byte-capacity.js';

/** More bytes than are taken. */
export class BodyTooLarge extends Error {
  constructor(limitBytes: number) {
    super(`a body of more than ${limitBytes} bytes`);
    this.name = 'BodyTooLarge';
  }
}

/** The body did not come in time, or exceeds the capacity for all bodies: its sender may try again. */
export class BodyNotTaken extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BodyNotTaken';
  }
}

interface BodyBounds {
  readonly limitBytes: number;
  readonly patienceMs: number;
  readonly held: HeldBytes;
}

/** The bytes of a body as they came; rejects as soon as a bound is passed, or when the connection breaks. */
export function readBody(
  request: IncomingMessage,
  { limitBytes, patienceMs, held }: BodyBounds,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const patience = setTimeout(
      () => fail(new BodyNotTaken(`a body that is not whole after ${patienceMs} ms`)),
      patienceMs,
    );
    const fail = (error: Error): void => {
      clearTimeout(patience);
      chunks.length = 0;
      reject(error);
    };
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limitBytes) fail(new BodyTooLarge(limitBytes));
      else if (!held.add(chunk.length)) fail(new BodyNotTaken('too many bodies are under way'));
      else chunks.push(chunk);
    });
    request.on('error', fail);
    request.on('end', () => {
      clearTimeout(patience);
      const [only] = chunks;
      resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks));
    });
  });
}

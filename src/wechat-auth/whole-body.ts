import type { IncomingMessage } from 'node:http';

/** More bytes than are taken. */
export class BodyTooLarge extends Error {
  constructor(limitBytes: number) {
    super(`a body of more than ${limitBytes} bytes`);
    this.name = 'BodyTooLarge';
  }
}

/** The bytes of a body as they came; rejects once they are more than that, or when the connection breaks. */
export function wholeBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limitBytes) reject(new BodyTooLarge(limitBytes));
      else chunks.push(chunk);
    });
    request.on('error', reject);
    request.on('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks));
    });
  });
}

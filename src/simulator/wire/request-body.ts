import type { IncomingMessage } from 'node:http';

/** Reads a body to its end. Undefined: larger than allowed, or the connection closed before. */
export const readBody = (
  request: IncomingMessage,
  mostBytes: number,
): Promise<string | undefined> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= mostBytes) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on('end', () => resolve(textOf(chunks)));
    request.on('close', () => resolve(undefined));
  });

const textOf = (chunks: readonly Buffer[]): string => {
  const [only] = chunks;
  return chunks.length === 1 && only
    ? only.toString('utf8')
    : Buffer.concat(chunks).toString('utf8');
};

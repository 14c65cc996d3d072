import type { FastifyInstance } from 'fastify';

/**
 * In this scope a body reaches its handler as a Buffer of at most `limitBytes`, whatever its Content-Type says:
 * a push is signed, decrypted and forwarded byte for byte. Other scopes keep their parsers.
 */
export function keepBodiesRaw(scope: FastifyInstance, limitBytes: number): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: limitBytes },
    (_request, body, done) => done(null, body),
  );
}

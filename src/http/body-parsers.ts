import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { listsOf } from './body-bounds.js';
import { readJsonBody } from './json-body.js';

/** A form is the page /login and nothing else. */
const LARGEST_FORM_BYTES = 4 * 1024;

type Done = (error: Error | null, body?: unknown) => void;

/** Bodies as JSON, and forms that are small; in place of Nest's parsers, which know no bounds but bytes. */
export function takeBodies(adapter: FastifyAdapter): void {
  const instance = adapter.getInstance<FastifyInstance>();
  const fastifysOwn = instance.getDefaultJsonParser('error', 'error');
  adapter.useBodyParser(
    'application/json',
    false,
    {},
    (request: FastifyRequest, bytes: Buffer, done: Done) => {
      // Many clients name the type of a body that they do not send: a stop button must not depend on it.
      if (bytes.length === 0) return done(null);
      const parse = (text: string): unknown => parseWith(fastifysOwn, request, text);
      void hand(takeJson(request, bytes, parse), done);
    },
  );
  adapter.useBodyParser(
    'application/x-www-form-urlencoded',
    false,
    { bodyLimit: LARGEST_FORM_BYTES },
    (_request: FastifyRequest, bytes: Buffer, done: Done) =>
      done(null, Object.fromEntries(new URLSearchParams(bytes.toString()))),
  );
}

async function hand(reading: Promise<unknown>, done: Done): Promise<void> {
  let body: unknown;
  try {
    body = await reading;
  } catch (error) {
    done(asBadRequest(error));
    return;
  }
  done(null, body);
}

function takeJson(
  request: FastifyRequest,
  bytes: Buffer,
  parse: (text: string) => unknown,
): Promise<unknown> {
  return readJsonBody(bytes, {
    lists: listsOf(request),
    parse,
    isForgotten: () => request.raw.socket.destroyed,
  });
}

/** It answers within the call. */
function parseWith(
  parser: ReturnType<FastifyInstance['getDefaultJsonParser']>,
  request: FastifyRequest,
  text: string,
): unknown {
  let parsed: unknown;
  void parser(request, text, (error, body) => {
    if (error) throw error;
    parsed = body;
  });
  return parsed;
}

/** Fastify answers with the status that an error has. */
const asBadRequest = (error: unknown): Error =>
  error instanceof SyntaxError ? Object.assign(error, { statusCode: 400 }) : (error as Error);

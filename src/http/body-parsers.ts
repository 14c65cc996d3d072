import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../kernel/domain-error.js';
import { FILE_TYPES, listsOf, MERGE_PATCH, takesMergePatch, takesStream } from './body-bounds.js';
import { readJsonBody } from './json-body.js';
import { wrongFileWords, wrongTypeWords } from './refusal-words.js';

/** The only page with a form. */
const PAGE_WITH_FORM = '/login';
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
      // Many clients name the type of a body that they do not send; such a request has no body, whatever the type.
      if (bytes.length === 0) return done(null);
      const parse = (text: string): unknown => parseWith(fastifysOwn, request, text);
      void passOn(takeJson(request, bytes, parse), done);
    },
  );
  adapter.useBodyParser(
    MERGE_PATCH,
    false,
    {},
    (request: FastifyRequest, bytes: Buffer, done: Done) => {
      if (!takesMergePatch(request)) return refuseType(request, bytes, done);
      const parse = (text: string): unknown => parseWith(fastifysOwn, request, text);
      void passOn(takeJson(request, bytes, parse), done);
    },
  );
  adapter.useBodyParser(
    'application/x-www-form-urlencoded',
    false,
    { bodyLimit: LARGEST_FORM_BYTES },
    (request: FastifyRequest, bytes: Buffer, done: Done) => {
      if (request.routeOptions.url !== PAGE_WITH_FORM) return refuseType(request, bytes, done);
      done(null, Object.fromEntries(new URLSearchParams(bytes.toString())));
    },
  );
  // The body stays in its stream, which the handler reads.
  instance.addContentTypeParser([...FILE_TYPES], (request, _body, done: Done) => {
    if (takesStream(request)) done(null);
    else refuseType(request, undefined, done);
  });
  // Replaces Fastify's own parser, which takes any text for a body.
  adapter.useBodyParser('text/plain', false, {}, refuseType);
}

/** Clients such as curl name a type by themselves: it counts only where a body is there, and a route. */
function refuseType(request: FastifyRequest, bytes: Buffer | undefined, done: Done): void {
  if (bytes?.length === 0 || request.is404) return done(null);
  const words = takesStream(request) ? wrongFileWords(FILE_TYPES) : wrongTypeWords();
  done(new DomainError('wrong-type', 'unsupported_media_type', words));
}

async function passOn(reading: Promise<unknown>, done: Done): Promise<void> {
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

/** Fastify's parser calls back before it returns. */
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

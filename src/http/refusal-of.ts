import { HttpException } from '@nestjs/common';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { type Refusal, STATUS_OF } from './problem.js';
import { inWords } from './refusal-words.js';
import { storeFaultOf } from './store-fault.js';

/** Fastify's own error codes that have a code of ours; the others go by their status. */
const CODE_OF_FASTIFY: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_BAD_URL: 'invalid_url',
};

const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'route_not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  409: 'conflict',
  413: 'body_too_large',
  414: 'url_too_long',
  415: 'unsupported_media_type',
  422: 'unprocessable',
  429: 'too_many_requests',
  503: 'unavailable',
};

/** What an error is to the caller; undefined for one that nobody expected, of which the caller learns nothing. */
export function refusalOf(error: unknown, bodyLimit: number | undefined): Refusal | undefined {
  if (error instanceof DomainError) return refusalOfDomain(error);
  if (error instanceof HttpException) return refusalOfHttp(error, bodyLimit);
  return unstorableTextOf(error) ?? storeFaultOf(error);
}

/** Text of the request that PostgreSQL has no way to keep, such as a NUL: whoever sent it must mend it, nobody else. */
const UNSTORABLE_TEXT = ['22021', '22P05'];

function unstorableTextOf(error: unknown): Refusal | undefined {
  if (!UNSTORABLE_TEXT.includes(codeOf(error) ?? '')) return undefined;
  return {
    status: 400,
    code: 'invalid_text',
    detail: both(
      '请求中含有无法保存的字符（如 NUL），请去掉。',
      'The request has a character that cannot be stored, such as NUL: leave it out.',
    ),
  };
}

function refusalOfDomain({ kind, code, words, extra }: DomainError): Refusal {
  const { errors, details } = extra;
  return {
    status: STATUS_OF[kind],
    code,
    detail: words,
    ...(errors === undefined ? {} : { errors }),
    ...(details === undefined ? {} : { details }),
    ...retryAfter(details?.['retryAfterSeconds']),
  };
}

const retryAfter = (seconds: unknown): { headers?: Record<string, string> } =>
  typeof seconds === 'number' ? { headers: { 'retry-after': String(seconds) } } : {};

function refusalOfHttp(error: HttpException, bodyLimit: number | undefined): Refusal | undefined {
  const status = error.getStatus();
  if (status >= 500 && status !== 503) return undefined;
  // Nest wraps what Fastify throws and keeps it as the cause.
  const fastifyCode = codeOf(error.cause) ?? '';
  const code =
    error.cause instanceof SyntaxError
      ? 'invalid_json'
      : (CODE_OF_FASTIFY[fastifyCode] ?? CODE_OF_STATUS[status] ?? `http_${status}`);
  const detail =
    code === 'body_too_large' && bodyLimit !== undefined
      ? both(
          `请求体超过这里允许的 ${bodyLimit} 字节，请分批发送。`,
          `The body is larger than the ${bodyLimit} bytes that this route takes.`,
          { most: bodyLimit },
        )
      : inWords(code, error.message);
  return { status, code, detail };
}

const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
};

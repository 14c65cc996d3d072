import type { FastifyRequest } from 'fastify';
import { FILE_TYPES } from '../../http/body-bounds.js';
import { wrongFileWords } from '../../http/refusal-words.js';
import { DomainError } from '../../kernel/domain-error.js';

/** Throws for a body that is no file: JSON was read already, and a request without a type has none. */
export function fileTypeOf({ headers }: Pick<FastifyRequest, 'headers'>): void {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (FILE_TYPES.some((each) => each === type)) return;
  throw new DomainError('wrong-type', 'unsupported_media_type', wrongFileWords(FILE_TYPES));
}

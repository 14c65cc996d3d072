import type { Type } from '@nestjs/common';
import { createValidationPipe } from '../../http/validation.js';

const pipe = createValidationPipe();

/**
 * A body by the rules of a class, as Nest would read it: for routes whose rules depend on what a broadcast is. The body
 * stays as it is, though the pipe takes long lists out of what it is given.
 */
export async function strictBody<T>(body: unknown, metatype: Type<T>): Promise<T> {
  const own = isObject(body)
    ? { ...body, ...(isObject(body['audience']) && { audience: { ...body['audience'] } }) }
    : body;
  return (await pipe.transform(own, { type: 'body', metatype })) as T;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

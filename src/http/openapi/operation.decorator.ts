import { ApiExtension } from '@nestjs/swagger';

/** Statuses whose codes an operation names. What every operation may answer is in `common-refusals.ts`. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 410 | 412 | 413 | 422 | 428 | 429 | 503;

/** The stable codes of the problems that are answered, by their status. */
export type Refusals = { readonly [status in RefusalStatus]?: readonly string[] };

export interface OperationFacts extends Refusals {
  /** A body that succeeds. Every operation that takes a body has one. */
  readonly example?: unknown;
}

/** Under these names travels what the decorators say, until the document is finished. */
export const OPERATION = 'x-operation';
export const REFUSALS = 'x-refusals';

/**
 * How an operation is called in `openapi.json` and by its clients: for good, as people write programs with it. The
 * doc comment above gives its summary, which is the first sentence, and its description, the others.
 */
export const Operation = (id: string, facts: OperationFacts = {}): MethodDecorator =>
  ApiExtension(OPERATION, { id, ...facts });

/** Problems that every operation of a controller may answer. */
export const Refuses = (refusals: Refusals): ClassDecorator => ApiExtension(REFUSALS, refusals);

import type { SerializedError } from 'pino';

/** Where the drivers quote what was asked: Redis' arguments, a password among them, and rows of PostgreSQL. */
const QUOTES = new Set(['detail', 'where', 'query', 'internalQuery', 'parameters']);

/** What a log line shows of an error: its type, its text, its stack, its causes, and those fields that quote nobody. */
export function loggedError(error: SerializedError): object {
  const { type, message, stack, aggregateErrors } = error;
  const fields = Object.entries(error).filter(
    ([name, value]) => ['string', 'number', 'boolean'].includes(typeof value) && !QUOTES.has(name),
  );
  return {
    type,
    message,
    stack,
    ...Object.fromEntries(fields),
    ...(aggregateErrors && { aggregateErrors: aggregateErrors.map(loggedError) }),
  };
}

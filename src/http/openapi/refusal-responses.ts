import { STATUS_CODES } from 'node:http';
import { ANYWHERE, AWAY, commonRefusals, merged, type OperationTraits } from './common-refusals.js';
import type { Response, Schema } from './document.js';
import type { Refusals } from './operation.decorator.js';

const PROBLEM = { $ref: '#/components/schemas/Problem' };

/** The responses that are no success, by their status. */
export function refusalResponses(
  traits: OperationTraits,
  ...own: readonly Refusals[]
): Record<string, Response> {
  const names503 = own.some((refusals) => refusals[503] !== undefined);
  const listed = merged(commonRefusals(traits), ...own, names503 ? { 503: AWAY } : {}).map(
    ([status, codes]) => [status, problemResponse(`${STATUS_CODES[status]}`, codes)] as const,
  );
  return {
    ...Object.fromEntries(listed),
    default: problemResponse('Any other status: a fault of ours, or of the connection', ANYWHERE),
  };
}

/** A problem with one of these codes. */
function problemResponse(title: string, codes: readonly string[]): Response {
  const code: Schema = { type: 'string', enum: [...codes] };
  return {
    description: `${title}: ${codes.map((each) => `\`${each}\``).join(', ')}.`,
    content: {
      'application/problem+json': {
        schema: { allOf: [PROBLEM, { type: 'object', properties: { code } }] },
      },
    },
  };
}

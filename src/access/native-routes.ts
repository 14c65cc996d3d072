import type { Needs } from './needs.decorator.js';

/** What plugins serve has no handlers of ours that could say what they need: Bull Board, OpenAPI and its page, the bare address. */
const NATIVE: readonly (readonly [RegExp, Needs])[] = [
  [/^\/$/, { permission: 'self', everywhere: false }],
  [/^\/queues(\/|$)/, { permission: 'queue.read', everywhere: true }],
  [/^\/docs(\/|$)/, { permission: 'self', everywhere: false }],
  [/^\/openapi\.(json|yaml)$/, { permission: 'self', everywhere: false }],
];

/** Undefined for the routes of our controllers, which the guard looks at. */
export const needsOfNative = (pattern: string | undefined): Needs | undefined =>
  NATIVE.find(([matches]) => pattern !== undefined && matches.test(pattern))?.[1];

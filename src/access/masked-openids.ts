import { maskOpenid } from '../kernel/ids.js';

/**
 * A copy of an answer in which members called `openid` and `openids` are masked, but those of accounts on which the
 * caller sees them whole. What belongs to an account says so by its own `appid` or by that of what is around it.
 */
export function maskedOpenids(
  answer: unknown,
  isRevealed: (appid: string | undefined) => boolean,
  appid?: string,
): unknown {
  if (Array.isArray(answer)) {
    return answer.map((each: unknown) => maskedOpenids(each, isRevealed, appid));
  }
  if (!isMembers(answer)) return answer;
  const own = typeof answer['appid'] === 'string' ? answer['appid'] : appid;
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => {
      if (!NAMES.has(name) || isRevealed(own)) return [name, maskedOpenids(value, isRevealed, own)];
      return [name, maskedValue(value)];
    }),
  );
}

const NAMES: ReadonlySet<string> = new Set(['openid', 'openids']);

const maskedValue = (value: unknown): unknown => {
  if (typeof value === 'string') return maskOpenid(value);
  return Array.isArray(value) ? value.map(maskedValue) : value;
};

/** Not a moment, bytes or a stream, which JSON or Fastify write in their own way. */
const isMembers = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Date || ArrayBuffer.isView(value)) return false;
  return !('toJSON' in value) && !('getStream' in value) && !('pipe' in value);
};

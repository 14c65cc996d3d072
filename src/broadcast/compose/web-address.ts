import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { expects } from '../../http/rule-words.js';

/**
 * Where a tap may lead, as a phone's browser reads it: names with `_` or without a dot and paths with Han are in use.
 * White space is refused, because a parser would drop it silently.
 */
const isWebAddress = (value: unknown): boolean => {
  if (typeof value !== 'string' || /[\s\p{Cc}\p{Cs}]/u.test(value)) return false;
  if (!/^https?:\/\/[^/?#]/i.test(value)) return false;
  return URL.parse(value) !== null;
};

export const IsWebAddress = (): PropertyDecorator =>
  ValidateBy(
    { name: 'isUrl', validator: { validate: isWebAddress } },
    expects(
      '应为 http:// 或 https:// 开头的地址，不含空格和控制字符；没有则不填',
      '$property must be an address that begins with http:// or https://, without spaces or control characters; leave it out for none',
    ),
  );

/** Empty text means "none", to WeChat too: clients send it for an input that nobody filled in. */
export const EmptyIsLeftOut = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === '' ? undefined : value));

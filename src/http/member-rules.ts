/// <reference lib="esnext.temporal" />
import { ValidateBy } from 'class-validator';
import { expects } from './rule-words.js';
import { zoneNamed } from '../kernel/time-zone.js';

/** No control characters and no half surrogate pairs: Postgres stores neither in text nor in jsonb. Length is another rule's. */
export const STORABLE = /^[^\p{Cc}\p{Cs}]*$/u;
/** 00:00 to 23:59. */
export const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;
export const PRINTABLE_ASCII = /^[\x21-\x7e]+$/;

const DATE_AND_TIME_WITH_OFFSET =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** A time without its offset is no instant. */
export const IsInstant = (): PropertyDecorator =>
  rule(
    'instant',
    '应为带时区偏移的 ISO 8601 时间，如 2026-12-01T09:00:00+08:00',
    '$property must be ISO 8601 with offset, such as 2026-12-01T09:00:00+08:00',
    isInstant,
  );

export const IsZone = (): PropertyDecorator =>
  rule(
    'zone',
    '应为 IANA 时区，如 Asia/Shanghai',
    '$property must be a zone of the IANA database, such as Asia/Shanghai',
    isZone,
  );

/** The value is not that of `property`. */
export const DiffersFrom = (property: string): PropertyDecorator =>
  rule(
    'differs',
    `不能与 ${property} 相同`,
    `$property must differ from ${property}`,
    (value, object) => value !== (object as Record<string, unknown>)[property],
  );

/** The object has exactly one of the two members. */
export const HasOneOf = (...members: readonly [string, string]): PropertyDecorator =>
  rule(
    'one_of',
    `须有且只有 ${members.join(' 或 ')} 之一`,
    `$property must have either ${members.join(' or ')}`,
    (value) => {
      const given = Object(value) as Record<string, unknown>;
      return (
        members.filter((name) => given[name] !== undefined && given[name] !== null).length === 1
      );
    },
  );

const rule = (
  name: string,
  zh: string,
  en: string,
  holds: (value: unknown, object: object) => boolean,
): PropertyDecorator =>
  ValidateBy(
    { name, validator: { validate: (value, context) => holds(value, context?.object ?? {}) } },
    expects(zh, en),
  );

function isInstant(value: unknown): boolean {
  if (typeof value !== 'string' || !DATE_AND_TIME_WITH_OFFSET.test(value)) return false;
  try {
    Temporal.Instant.from(value);
    return true;
  } catch {
    return false; // the 30th of February
  }
}

const isZone = (value: unknown): boolean =>
  typeof value === 'string' && zoneNamed(value) !== undefined;

import type { FormIdOrder } from '../form-ids/form-id.js';
import type { FollowerOrder } from '../platform/pretend-wechat.js';
import type { PushOrder } from '../pushes/push-order.js';
import { Rejection } from '../kernel/rejection.js';
import type { GrantOrder, SceneOrder } from '../subscriptions/grant-order.js';
import type { TemplateText } from '../templates/template.js';
import type { Call } from '../wire/call.js';

type Fields = Readonly<Record<string, unknown>>;
type Reader<Value> = (value: unknown, name: string) => Value;

/** The `appid` of a control call, in its body or its query. Undefined means the first account. */
export const appidOf = ({ fields, query }: Call): string | undefined =>
  optional(fields ?? {}, 'appid', text) ?? query.get('appid') ?? undefined;

/** A whole number in the query. */
export const countIn = ({ query }: Call, name: string): number | undefined => {
  const value = query.get(name);
  return value === null ? undefined : wholeNumber(Number(value), name);
};

export const followerOrder = ({ fields = {} }: Call): FollowerOrder => ({
  subscribe: optional(fields, 'subscribe', countOrTexts),
  unsubscribe: optional(fields, 'unsubscribe', countOrTexts),
  afterPages: optional(fields, 'afterPages', wholeNumber),
  push: optional(fields, 'push', truth),
});

export const pushOrder = ({ fields = {} }: Call): PushOrder => ({
  openid: optional(fields, 'openid', text),
  event: optional(fields, 'event', text),
  fields: optional(fields, 'fields', eventFields),
  list: optional(fields, 'list', eventItems),
  text: optional(fields, 'text', text),
  raw: optional(fields, 'raw', text),
  createTime: optional(fields, 'createTime', wholeNumber),
});

export const grantOrder = ({ fields = {} }: Call): GrantOrder => ({
  openids: texts(fields['openids'], 'openids'),
  templateIds: texts(fields['templateIds'], 'templateIds'),
  answer: optional(fields, 'answer', oneOf(['accept', 'reject', 'withdraw'])),
  times: optional(fields, 'times', wholeNumber),
  popupScene: optional(fields, 'popupScene', oneOf([0, 1, 2])),
  push: optional(fields, 'push', truth),
});

export const sceneOrder = ({ fields = {} }: Call): SceneOrder => ({
  openids: texts(fields['openids'], 'openids'),
  scene: wholeNumber(fields['scene'], 'scene'),
  times: optional(fields, 'times', wholeNumber),
});

export const formIdOrder = ({ fields = {} }: Call): FormIdOrder => ({
  openids: texts(fields['openids'], 'openids'),
  kind: optional(fields, 'kind', oneOf(['form', 'prepay'])),
  count: optional(fields, 'count', wholeNumber),
  ageMs: optional(fields, 'ageMs', number),
  used: optional(fields, 'used', truth),
});

/** An openid that the query must name. */
export const openidIn = ({ query }: Call): string => text(query.get('openid'), 'openid');

export const templateTexts: Reader<TemplateText[]> = (value, name) =>
  list(value, name).map((item) => {
    const fields = object(item, name);
    text(fields['title'], `${name}: title`);
    text(fields['content'], `${name}: content`);
    optional(fields, 'type', oneOf([2, 3]));
    return fields as TemplateText;
  });

export const optional = <Value>(
  fields: Fields,
  name: string,
  read: Reader<Value>,
): Value | undefined => (fields[name] === undefined ? undefined : read(fields[name], name));

export const text: Reader<string> = (value, name) => {
  if (typeof value !== 'string') throw new Rejection(`${name} must be text`);
  return value;
};

export const texts: Reader<string[]> = (value, name) =>
  list(value, name).map((item) => text(item, name));

export const number: Reader<number> = (value, name) => {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new Rejection(`${name} must be a number`);
  return value;
};

export const truth: Reader<boolean> = (value, name) => {
  if (typeof value !== 'boolean') throw new Rejection(`${name} must be true or false`);
  return value;
};

const oneOf =
  <const Value>(allowed: readonly Value[]): Reader<Value> =>
  (value, name) => {
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw new Rejection(`${name} must be one of ${allowed.join(', ')}`);
    return found;
  };

const wholeNumber: Reader<number> = (value, name) => {
  if (!Number.isSafeInteger(value) || Number(value) < 0)
    throw new Rejection(`${name} must be a whole number`);
  return Number(value);
};

const countOrTexts: Reader<number | string[]> = (value, name) =>
  typeof value === 'number' ? wholeNumber(value, name) : texts(value, name);

const eventFields: Reader<Record<string, string | number>> = (value, name) => {
  const fields = object(value, name);
  const fits = Object.values(fields).every(
    (field) => typeof field === 'string' || typeof field === 'number',
  );
  if (!fits) throw new Rejection(`${name} holds texts and numbers; use raw for anything nested`);
  return fields as Record<string, string | number>;
};

const eventItems: Reader<Record<string, string | number>[]> = (value, name) =>
  list(value, name).map((item) => eventFields(item, name));

const list: Reader<unknown[]> = (value, name) => {
  if (!Array.isArray(value)) throw new Rejection(`${name} must be a list`);
  return value;
};

const object: Reader<Record<string, unknown>> = (value, name) => {
  if (typeof value !== 'object' || value === null) throw new Rejection(`${name} must be an object`);
  return value as Record<string, unknown>;
};

import type { RandomSource } from '../../chaos/plan/random-source.js';
import type { EventFields } from './push-facts.js';

/** What makes of an event that is well signed one that says nothing. */
export type Spoiling = (random: RandomSource, fields: EventFields) => EventFields;

const HOSTILE_TEXTS = [
  '',
  'a:b',
  'o\0penid',
  '../x',
  "o' or 1=1 --",
  'o'.repeat(65),
  '\ud83d\ude00',
];
const NO_MSGIDS = [
  '9223372036854775808',
  '18446744073709551616',
  '-1',
  '1e30',
  '1.5',
  '1'.repeat(20),
  '0x10',
  'abc',
  '',
  '1\0',
  undefined,
];
const NO_TIMES = ['yesterday!', '1721621154000', '-721621154', '0', '9999999999', '', undefined];

const inList = (fields: EventFields, change: EventFields): EventFields =>
  fields['List'] === undefined
    ? { ...fields, ...change }
    : { ...fields, List: { ...(fields['List'] as EventFields), ...change } };

/** Each leaves nothing that a row could be made of. */
export const SPOILINGS: Readonly<Record<string, Spoiling>> = {
  openid: (random, fields) => ({ ...fields, FromUserName: random.pick(HOSTILE_TEXTS) }),
  'two openids': (_luck, fields) => ({ ...fields, FromUserName: ['evil1', 'evil2'] }),
  'no openid': (_luck, fields) => ({ ...fields, FromUserName: undefined }),
  time: (random, fields) => ({ ...fields, CreateTime: random.pick(NO_TIMES) }),
  'a name of no event': (random, fields) => ({
    ...fields,
    Event: random.pick([
      'TEMPLATESENDJOBDONE',
      'subscribe\u200b',
      'constructor',
      '__proto__',
      '\0',
    ]),
  }),
  'two names': (_luck, fields) => ({ ...fields, Event: ['subscribe', 'unsubscribe'] }),
  'another type': (random, fields) => ({ ...fields, MsgType: random.pick(['text', 'events', '']) }),
  'a msgid out of range': (random, fields) => ({
    ...inList(fields, { MsgID: random.pick(NO_MSGIDS), TemplateId: 'a:b' }),
    ...('EventKey' in fields && { FromUserName: 'a:b' }),
  }),
  'what became of it': (random, fields) => ({
    ...inList(fields, {
      Status: random.pick(['', 'suc\0cess', 's'.repeat(201), 's'.repeat(500_000), ['a', 'b']]),
      ErrorCode: random.pick(['', 'x', '1'.repeat(11)]),
      SubscribeStatusString: random.pick(['perhaps', '', 'accept\0']),
    }),
    ...('EventKey' in fields && { FromUserName: 'a:b' }),
  }),
  'one level too deep': (_luck, fields) => ({ xml: fields }),
  'a prototype': (_luck, fields) => JSON.parse(`{"__proto__":${JSON.stringify(fields)}}`),
};

/** Bytes instead of fields. */
export const SPOILT_TEXTS: Readonly<
  Record<string, (random: RandomSource, text: string) => string>
> = {
  'cut short': (random, text) => text.slice(0, random.times(1, text.length - 1)),
  'thousands of levels': (random, text) => {
    const depth = random.pick([1_000, 5_000, 20_000]);
    return text.startsWith('<')
      ? `<xml>${'<a>'.repeat(depth)}${text}${'</a>'.repeat(depth)}</xml>`
      : JSON.stringify({ a: 0 }).replace('0', `${'['.repeat(depth)}${text}${']'.repeat(depth)}`);
  },
  'attributes instead of elements': (_luck, text) =>
    text.startsWith('<')
      ? `<xml FromUserName="evil" MsgType="event" Event="subscribe"/>`
      : '{"":0}',
  'as a list': (_luck, text) =>
    text.startsWith('{') ? `{"a":[${text},${text}]}` : `<xml>${text}${text}</xml>`,
};

import type { RandomSource } from '../../chaos/plan/random-source.js';

/** What an event says, by the names that WeChat gives it. */
export type EventFields = Record<string, unknown>;

/** An event, and the rows that it makes where it is believed. */
export interface HonestEvent {
  readonly fields: EventFields;
  /** Each without its account: `receipt <openid> <msgid> <status>` and the like. */
  readonly facts: readonly string[];
}

const GREATEST_MSGID = 2n ** 63n - 1n;

/** One of the events that we read, about somebody of whom no other speaks. */
export function honestEvent(random: RandomSource, openid: string, mode: string): HonestEvent {
  const now = Math.floor(Date.now() / 1000);
  const head = (Event: string): EventFields => ({
    ToUserName: 'gh_7f083739789a',
    FromUserName: openid,
    CreateTime: String(now - random.times(0, 100)),
    MsgType: 'event',
    Event: random.chance(0.1) ? Event.toLowerCase() : Event,
  });
  const MsgID = msgidOf(random);
  const TemplateId = random.pick(['VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc', 'a', '-_9']);
  switch (random.pick(['receipt', 'receipt', 'follow', 'grant', 'sent'] as const)) {
    case 'receipt': {
      const Status = random.pick(['success', 'failed:user block', 'failed: system failed']);
      // In plain mode a receipt of a message that is not ours spares nobody.
      const isBlocked = Status === 'failed:user block' && mode !== 'plain';
      return {
        fields: { ...head('TEMPLATESENDJOBFINISH'), MsgID, Status },
        facts: [
          `receipt ${openid} ${MsgID} ${Status}`,
          ...(isBlocked ? [`suppression ${openid}`] : []),
        ],
      };
    }
    case 'follow': {
      const Event = random.pick(['subscribe', 'unsubscribe']);
      return {
        fields: { ...head(Event), EventKey: '' },
        facts: [`follower ${openid} ${Event === 'subscribe'}`],
      };
    }
    case 'grant':
      return {
        fields: {
          ...head('subscribe_msg_popup_event'),
          List: { TemplateId, SubscribeStatusString: 'accept', PopupScene: '0' },
        },
        facts: [`grant ${openid} ${TemplateId} 1`],
      };
    case 'sent':
      return {
        fields: {
          ...head('subscribe_msg_sent_event'),
          List: { TemplateId, MsgID, ErrorCode: '0', ErrorStatus: 'success' },
        },
        facts: [`receipt ${openid} ${MsgID} success`],
      };
  }
}

/** From one digit to the last that Postgres' bigint holds, many of them above 2^53. */
const msgidOf = (random: RandomSource): string =>
  random.pick([
    String(random.times(1, 2 ** 31)),
    String(2n ** 53n + BigInt(random.times(1, 2 ** 31))),
    String(GREATEST_MSGID - BigInt(random.times(0, 1_000))),
  ]);

/** As WeChat writes it: XML with or without CDATA, JSON with numbers bare or in quotes. */
export function written(random: RandomSource, fields: EventFields): string {
  switch (random.pick(['cdata', 'cdata', 'xml', 'json', 'numbers'] as const)) {
    case 'cdata':
      return xmlOf(fields, (text) => `<![CDATA[${text}]]>`);
    case 'xml':
      return xmlOf(fields, (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
    case 'json':
      return JSON.stringify(fields);
    case 'numbers':
      return JSON.stringify(fields).replaceAll(/"([1-9]\d{0,18})"/g, '$1');
  }
}

function xmlOf(fields: EventFields, text: (value: string) => string): string {
  const membersOf = (of: object): string =>
    Object.entries(of)
      .flatMap(([name, value]) => [value].flat().map((each) => [name, each] as const))
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `<${name}>${inner(value)}</${name}>`)
      .join('');
  const inner = (value: unknown): string =>
    typeof value === 'object' && value !== null ? membersOf(value) : text(String(value));
  const { List: list, ...head } = fields;
  const wrapped = list === undefined ? {} : { SubscribeMsgPopupEvent: { List: list } };
  return `<xml>${membersOf({ ...head, ...wrapped })}</xml>`;
}

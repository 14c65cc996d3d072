import fc from 'fast-check';
import { EVENT_SAMPLES } from '../../test/support/wechat/wechat-vectors.js';
import { readPush } from '../wechat-auth/push-fields.js';
import { type PushEvent, pushEventOf } from './push-event.js';

const receivedAt = new Date('2024-07-22T00:00:00Z');
const eventOf = (text: string): PushEvent => pushEventOf(readPush(text), receivedAt);

const receipt = {
  FromUserName: 'oTD8i6Wz6jQZPSNJlzQv43ApodvI',
  CreateTime: '1721621154',
  MsgType: 'event',
  Event: 'TEMPLATESENDJOBFINISH',
  MsgID: '3557254367693750277',
  Status: 'success',
};
const receiptWith = (changes: Record<string, unknown>): PushEvent =>
  eventOf(JSON.stringify({ ...receipt, ...changes }));

describe('a push', () => {
  it('a push is a receipt, with WeChat’s words kept raw', () => {
    expect(eventOf(EVENT_SAMPLES.receiptDelivered)).toEqual({
      kind: 'receipt',
      openid: 'oia2TjuEGTNoeX76QEjQNrcURxG8',
      msgid: '200163836',
      createTime: new Date(1395658920_000),
      status: 'success',
    });
    expect(eventOf(EVENT_SAMPLES.receiptFreqLimit)).toMatchObject({
      msgid: '3557254367693750277',
      status: 'failed:freq limit',
    });
  });

  it('a push keeps a MsgID that is a bare JSON number to its last digit', () => {
    const json = JSON.stringify(receipt).replace('"3557254367693750277"', '3557254367693750277');
    expect(eventOf(json.replace('"1721621154"', '1721621154'))).toMatchObject({
      msgid: '3557254367693750277',
      createTime: new Date(1721621154_000),
    });
  });

  it.each([
    ['no MsgType', { MsgType: undefined }],
    ['a MsgType that is there twice', { MsgType: ['event', 'event'] }],
    ['another MsgType', { MsgType: 'events' }],
    ['no Event', { Event: undefined }],
    ['an Event that is there twice', { Event: ['TEMPLATESENDJOBFINISH', 'x'] }],
    ['an Event in other letters', { Event: 'TEMPLATE_SEND_JOB_FINISH' }],
    ['an Event with what nobody sees', { Event: 'TEMPLATESENDJOBFINISH\u200b' }],
    ['an unknown Event', { Event: 'TEMPLATESENDJOBDONE' }],
    ['names in other letters', { MsgType: undefined, msgtype: 'event', event: receipt.Event }],
  ])(
    'a push with the fields of a receipt and %s is dead, not nothing of ours',
    (_what, changes) => {
      expect(receiptWith(changes)).toMatchObject({ kind: 'dead' });
    },
  );

  it.each([
    ['wrapped once more', { xml: receipt }],
    ['an event whose name is a list', { MsgType: 'event', Event: ['subscribe', 'subscribe'] }],
    ['a subscribe without MsgType', { Event: 'subscribe', FromUserName: 'amy' }],
    ['grants of an unknown Event', { MsgType: 'event', Event: 'x', SubscribeMsgPopupEvent: '' }],
    ['grants as JSON', { MsgType: 'event', List: [{ SubscribeStatusString: 'accept' }] }],
    ['Encrypt and nothing else', { ToUserName: 'gh_1', Encrypt: 'x' }],
  ])('a push that is ours and cannot be read, %s, is dead', (_what, fields) => {
    expect(eventOf(JSON.stringify(fields))).toMatchObject({ kind: 'dead' });
  });

  it.each([
    ['text', { MsgType: 'text', Content: 'TEMPLATESENDJOBFINISH', MsgId: '1' }],
    ['a menu', { MsgType: 'event', Event: 'CLICK', EventKey: 'subscribe' }],
    [
      'a mass send',
      { MsgType: 'event', Event: 'MASSSENDJOBFINISH', MsgID: '1', Status: 'send success' },
    ],
    ['no fields at all', {}],
  ])('a push that is nothing of ours stays so: %s', (_what, fields) => {
    expect(eventOf(JSON.stringify(fields))).toEqual({ kind: 'other' });
  });

  it.each(['templatesendjobfinish', 'TemplateSendJobFinish'])(
    'a push is a receipt as %s too',
    (Event) => {
      expect(receiptWith({ Event })).toMatchObject({ kind: 'receipt' });
    },
  );

  it('a push is a receipt without a message when MsgID is 0', () => {
    expect(receiptWith({ MsgID: '0' })).toMatchObject({ kind: 'receipt', msgid: '0' });
  });

  it.each([
    ['subscribe', 'subscribe'],
    ['unsubscribe', 'unsubscribe'],
    ['Subscribe', 'subscribe'],
  ])('a push with the event %s says who came or went, and when', (Event, kind) => {
    expect(receiptWith({ Event, EventKey: 'qrscene_1' })).toEqual({
      kind,
      openid: receipt.FromUserName,
      at: new Date(1721621154_000),
    });
  });

  it('a push says what was accepted, in XML; what was rejected in a popup changes nothing', () => {
    expect(eventOf(EVENT_SAMPLES.popupOfTwo)).toEqual({
      kind: 'grants',
      openid: 'otFpruAK8D-E6EfStSYonYSBZ8_4',
      at: new Date(1610969440_000),
      items: [{ kind: 'accepted', templateId: 'VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc' }],
      faults: [],
    });
  });

  it('a push says what became of messages, in JSON, to the last digit of a msgid', () => {
    expect(eventOf(EVENT_SAMPLES.sentAsJson)).toEqual({
      kind: 'sent',
      openid: 'o7esq5PHRGBQYmeNyfG064wEFVpQ',
      createTime: new Date(1620963428_000),
      items: [{ msgid: '1864323726461255680', status: 'success' }],
      faults: [],
    });
  });

  const accept = { TemplateId: 'a', SubscribeStatusString: 'accept', PopupScene: '0' };
  const reject = { TemplateId: 'b', SubscribeStatusString: 'reject' };
  const change = { Event: 'subscribe_msg_change_event' };
  const popup = { Event: 'Subscribe_Msg_Popup_Event' };

  it.each([
    ['one item', { ...popup, List: accept }, [{ kind: 'accepted', templateId: 'a' }]],
    ['a list', { ...popup, List: [accept, reject] }, [{ kind: 'accepted', templateId: 'a' }]],
    ['a change', { ...change, List: [accept, reject] }, [{ kind: 'rejected', templateId: 'b' }]],
    [
      'a change in the wrapper of a popup',
      { ...change, SubscribeMsgPopupEvent: { List: reject } },
      [{ kind: 'rejected', templateId: 'b' }],
    ],
  ])('a push carries grants as %s', (_what, changes, items) => {
    expect(receiptWith(changes)).toMatchObject({ kind: 'grants', items, faults: [] });
  });

  const sent = { TemplateId: 'a', MsgID: 1864323726461255, ErrorCode: 0, ErrorStatus: 'success' };
  const sentWith = (...items: object[]): PushEvent =>
    receiptWith({ Event: 'subscribe_msg_sent_event', List: items });

  it.each([
    ['success', {}, 'success'],
    [
      'WeChat’s words',
      { ErrorCode: '1', ErrorStatus: 'failed: system failed' },
      'failed: system failed',
    ],
    ['its code where the words contradict it', { ErrorCode: '7' }, 'failed: 7'],
    ['its code where there are no words', { ErrorCode: '7', ErrorStatus: '' }, 'failed: 7'],
  ])('a push tells of a message %s', (_what, changes, status) => {
    expect(sentWith({ ...sent, ...changes })).toMatchObject({ items: [{ status }], faults: [] });
  });

  it('a push keeps the items that can be read beside one that cannot', () => {
    expect(sentWith(sent, { ...sent, MsgID: 'x' }, { ...sent, MsgID: '2' })).toMatchObject({
      kind: 'sent',
      items: [{ msgid: '1864323726461255' }, { msgid: '2' }],
      faults: ['MsgID is no decimal number below 2^63'],
    });
    expect(receiptWith({ ...popup, List: [accept, 'odd'] })).toMatchObject({
      items: [{ templateId: 'a' }],
      faults: ['an item without fields'],
    });
  });

  it.each([
    ['no List', { ...popup }],
    ['a List of text', { ...popup, List: 'accept' }],
    ['an empty List', { ...popup, List: [] }],
    ['a template id with a colon', { ...popup, List: { ...accept, TemplateId: 'a:b' } }],
    ['a status we never heard of', { ...popup, List: { ...accept, SubscribeStatusString: 'ban' } }],
    ['no ErrorCode', { Event: 'subscribe_msg_sent_event', List: { MsgID: '1' } }],
  ])('a push is dead with %s', (_what, changes) => {
    expect(receiptWith(changes)).toMatchObject({ kind: 'dead' });
  });

  it.each([
    ['a message', { MsgType: 'text', Event: undefined, Content: 'hello' }],
    ['another event', { Event: 'SCAN' }],
    ['a mass send', { Event: 'MASSSENDJOBFINISH' }],
    ['an event without a name', { Event: undefined }],
    ['nothing known', { MsgType: undefined, Event: undefined }],
  ])('a push is none of ours when it is %s', (_what, changes) => {
    expect(receiptWith({ MsgID: undefined, Status: undefined, ...changes })).toEqual({
      kind: 'other',
    });
  });

  it.each([
    ['no openid', { FromUserName: undefined }],
    ['an openid with a colon', { FromUserName: 'a:b' }],
    ['an openid of 65 characters', { FromUserName: 'o'.repeat(65) }],
    ['two openids', { FromUserName: ['a', 'b'] }],
    ['no time', { CreateTime: undefined }],
    ['a time in milliseconds', { CreateTime: '1721621154000' }],
    ['a negative time', { CreateTime: '-721621154' }],
    ['a fractional time', { CreateTime: '1721621154.5' }],
    ['a time in words', { CreateTime: 'yesterday!' }],
    ['a time next year', { CreateTime: '1753157154' }],
    ['no MsgID', { MsgID: undefined }],
    ['a MsgID in words', { MsgID: 'abc' }],
    ['a MsgID with an exponent', { MsgID: 1e30 }],
    ['a negative MsgID', { MsgID: '-1' }],
    ['a MsgID of 20 digits', { MsgID: '1'.repeat(20) }],
    ['no Status', { Status: undefined }],
    ['an empty Status', { Status: '' }],
    ['a Status with a NUL', { Status: 'suc\0cess' }],
    ['a novel for a Status', { Status: 's'.repeat(201) }],
  ])('a push is dead with %s', (_what, changes) => {
    expect(receiptWith(changes)).toMatchObject({ kind: 'dead' });
  });

  it('a push is sorted without an exception, whatever it says', () => {
    const value = fc.oneof(
      fc.anything(),
      fc.constantFrom(...Object.values(receipt), 'subscribe', 'subscribe_msg_popup_event'),
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(...Object.keys(receipt), 'List', 'SubscribeMsgPopupEvent'),
          value,
        ),
        (fields) => {
          pushEventOf(fields as never, receivedAt);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

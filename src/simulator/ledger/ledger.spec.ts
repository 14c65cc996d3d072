import { Ledger, SUCCESS, type LedgerMessage } from './ledger.js';

const FIRST_MSGID = 3_557_254_367_693_750_277n;

const message = (over: Partial<LedgerMessage> = {}): LedgerMessage => ({
  channel: 'template',
  follower: 7,
  templateId: 'T'.repeat(43),
  content: { values: { thing1: '公开课' } },
  clientMsgId: '0123456789abcdef0123456789abcdef',
  acceptedAt: 1_000,
  ...over,
});

const OTHER_ID = 'fedcba9876543210fedcba9876543210';

describe('the ledger', () => {
  it('the ledger counts a follower as a duplicate who saw one message twice, under whatever id', () => {
    const ledger = new Ledger(FIRST_MSGID);
    ledger.record(message(), SUCCESS);
    ledger.record(message({ clientMsgId: OTHER_ID }), SUCCESS);
    ledger.record(message({ clientMsgId: undefined }), SUCCESS);

    expect(ledger.duplicates).toBe(1);
    expect(ledger.entriesOf(7).map(({ showing }) => showing)).toEqual([1, 2, 3]);
  });

  it('the ledger counts a follower as a duplicate who saw one client_msg_id with two contents', () => {
    const ledger = new Ledger(FIRST_MSGID);
    ledger.record(message(), SUCCESS);
    ledger.record(message({ content: { values: { thing1: '改期' } } }), SUCCESS);

    expect(ledger.duplicates).toBe(1);
  });

  it('the ledger does not count what never stood on the phone', () => {
    const ledger = new Ledger(FIRST_MSGID);
    ledger.record(message(), 'failed: system failed');
    ledger.record(message({ clientMsgId: OTHER_ID }), SUCCESS);

    expect(ledger.duplicates).toBe(0);
    expect(ledger.seen).toBe(1);
    expect(ledger.entriesOf(7).map(({ showing }) => showing)).toEqual([0, 1]);
  });

  it('the ledger tells messages apart by recipient, template, words and link', () => {
    const ledger = new Ledger(FIRST_MSGID);
    const different = [
      message(),
      message({ follower: 8 }),
      message({ templateId: 'U'.repeat(43) }),
      message({ content: { values: { thing1: '公开课2' } } }),
      message({ content: { values: { thing1: '公开课' }, url: 'https://example.com' } }),
    ];
    for (const one of different) ledger.record({ ...one, clientMsgId: undefined }, SUCCESS);

    expect(ledger.duplicates).toBe(0);
  });

  it('the ledger counts the messages of each channel, and compares the fields that only one channel has', () => {
    const ledger = new Ledger(FIRST_MSGID);
    const subscribe = message({ channel: 'subscribe', clientMsgId: undefined });
    const page = (path: string) => ({ ...subscribe.content, extras: { page: path } });
    ledger.record(message(), SUCCESS);
    ledger.record({ ...subscribe, content: page('pages/a') }, SUCCESS);
    ledger.record({ ...subscribe, content: page('pages/b') }, SUCCESS);

    expect(ledger.acceptedBy('subscribe')).toBe(2);
    expect(ledger.entriesOf(7).map(({ channel }) => channel)).toEqual([
      'template',
      'subscribe',
      'subscribe',
    ]);
    expect(ledger.duplicates).toBe(0);
  });

  it('the ledger finds the latest message with the same id, and with the same content', () => {
    const ledger = new Ledger(FIRST_MSGID);
    expect(ledger.findEarlier(message())).toEqual({ sameId: -1, sameContent: -1 });
    const first = ledger.record(message(), SUCCESS);
    const second = ledger.record(message({ clientMsgId: OTHER_ID }), SUCCESS);

    expect(ledger.findEarlier(message())).toEqual({ sameId: first, sameContent: second });
    expect(ledger.findEarlier(message({ clientMsgId: undefined })).sameId).toBe(-1);
  });

  it('the ledger gives each message an exact msgid, and none of them again after a reset', () => {
    const ledger = new Ledger(FIRST_MSGID);
    ledger.record(message(), SUCCESS);
    ledger.record(message(), SUCCESS);

    expect(ledger.entriesOf(7).map(({ msgid }) => msgid)).toEqual([
      '3557254367693750277',
      '3557254367693750278',
    ]);
    expect(ledger.nextMsgid).toBe(FIRST_MSGID + 2n);
  });

  it('the ledger keeps every client_msg_id as it came', () => {
    const ids = [OTHER_ID, 'a-short_one', 'ABCDEF9876543210fedcba9876543210', undefined];
    const ledger = new Ledger(FIRST_MSGID);
    for (const clientMsgId of ids) ledger.record(message({ clientMsgId }), SUCCESS);

    expect(ledger.entriesOf(7).map(({ clientMsgId }) => clientMsgId)).toEqual(ids);
  });

  it('the ledger finds everything again after its columns and indexes have grown', () => {
    const ledger = new Ledger(FIRST_MSGID);
    const each = (follower: number): LedgerMessage =>
      message({ follower, clientMsgId: follower.toString(16).padStart(32, '0') });
    for (let follower = 0; follower < 20_000; follower++) ledger.record(each(follower), SUCCESS);

    const lost = Array.from({ length: 20_000 }, (_, follower) => follower).filter((follower) => {
      const { sameId, sameContent } = ledger.findEarlier(each(follower));
      return sameId !== follower || sameContent !== follower;
    });

    expect(lost).toEqual([]);
    expect(ledger.recipients).toBe(20_000);
  });
});

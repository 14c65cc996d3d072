import {
  NothingToSendWith,
  StaleWrite,
  UnprotectedDoubt,
  WechatRefusal,
  WechatUnreachable,
} from '../../../wechat/wechat.errors.js';
import { type Attempt, judge } from './outcome.js';

const PATH = '/cgi-bin/message/template/send';
const refusal = (errcode: number, errmsg = 'no rid: 1-2-3') =>
  new WechatRefusal(PATH, errcode, errmsg);
const lost = new WechatUnreachable(PATH, 'maybe', new Error('reset'));
const template = { protection: 'client_msg_id', templates: 'private' } as const;
const unprotected = { protection: 'none', templates: 'subscription' } as const;
const unlisted = { protection: 'none', templates: 'none' } as const;

const judged = (error: unknown, more: Partial<Attempt> = {}) =>
  judge(error, { attempts: 1, tries: 1, vars: null, channel: template, ...more }, () => 0.5);

describe('an answer that was lost', () => {
  it('an answer that was lost is tried again where a second copy is kept from the phone', () => {
    expect(judged(lost)).toEqual({ outcome: { kind: 'doubtful', delayMs: 1_000 } });
    expect(judged(lost, { channel: { ...template, protection: 'form_id' } })).toMatchObject({
      outcome: { kind: 'doubtful' },
    });
  });

  it('an answer that was lost is final where nothing does', () => {
    expect(judged(lost, { channel: unprotected })).toEqual({ outcome: { kind: 'unknown' } });
    expect(judged(new Error('of our own'), { channel: unprotected })).toEqual({
      outcome: { kind: 'unknown' },
    });
    expect(judged(refusal(-1), { channel: unprotected })).toEqual({
      outcome: { kind: 'unknown', errcode: -1, rid: '1-2-3' },
    });
  });

  it('an answer that was lost is final where the channel says so, with what WeChat said', () => {
    expect(judged(new UnprotectedDoubt(lost))).toEqual({ outcome: { kind: 'unknown' } });
    expect(judged(new UnprotectedDoubt(refusal(-1)))).toEqual({
      outcome: { kind: 'unknown', errcode: -1, rid: '1-2-3' },
    });
  });
});

describe("what WeChat's review has", () => {
  const review = new WechatRefusal(PATH, 40252, 'no rid: 1-2-3', '271781022721654784');

  it("what WeChat's review has is never tried again, on any channel, and keeps rid and msgid", () => {
    const outcome = {
      kind: 'reviewing',
      errcode: 40252,
      rid: '1-2-3',
      msgid: '271781022721654784',
    };
    for (const channel of [template, unprotected, unlisted])
      expect(judged(review, { channel, tries: 99 })).toEqual({ outcome });
    expect(judged(new UnprotectedDoubt(review))).toEqual({ outcome });
  });
});

describe('what was not sent', () => {
  it('what was not sent is tried again, protected or not', () => {
    for (const error of [new StaleWrite(PATH), new WechatUnreachable(PATH, 'no', new Error('x'))])
      expect(judged(error, { channel: unprotected })).toMatchObject({
        outcome: { kind: 'unsent', noCall: true },
      });
  });

  it('what was not sent is given up where there is nothing to send with', () => {
    expect(judged(new NothingToSendWith('no_form_id'))).toEqual({
      outcome: { kind: 'skipped', detail: 'no_form_id', noCall: true },
    });
  });
});

describe('a text that WeChat does not take', () => {
  const named = (field: string) => refusal(47003, `argument invalid! data.${field}.value is empty`);
  const vars = { thing1: '她的' };

  it('a text that WeChat does not take holds the broadcast where it is everybody’s', () => {
    expect(judged(named('thing1'))).toMatchObject({
      sideEffect: { kind: 'hold', errcode: 47003 },
    });
    expect(judged(named('thing2'), { vars })).toMatchObject({ sideEffect: { kind: 'hold' } });
  });

  it('a text that WeChat does not take is the recipient’s own where the field is, or where none is named', () => {
    expect(judged(named('thing1'), { vars })).toEqual({
      outcome: { kind: 'refused', errcode: 47003, rid: null },
    });
    expect(judged(refusal(45168), { vars })).toMatchObject({ outcome: { kind: 'refused' } });
  });
});

describe('a template that WeChat does not know', () => {
  it('a template that WeChat does not know is looked up in the list that it comes from', () => {
    expect(judged(refusal(40037), { channel: unprotected })).toMatchObject({
      sideEffect: { kind: 'confirm-template' },
    });
  });

  it('a template that WeChat does not know holds the broadcast where there is no such list', () => {
    expect(judged(refusal(40037), { channel: unlisted })).toMatchObject({
      sideEffect: { kind: 'hold', errcode: 40037 },
    });
  });
});

it.each([
  [41030, 'hold'],
  [43107, 'hold'],
  [45103, 'hold'],
  [45109, 'hold'],
])('%i stops the whole broadcast', (errcode, kind) => {
  expect(judged(refusal(errcode), { channel: unprotected })).toMatchObject({
    outcome: { kind: 'unsent', uncounted: true },
    sideEffect: { kind },
  });
});

it.each([41028, 41029, 41031, 43101])('%i is about its recipient alone', (errcode) => {
  expect(judged(refusal(errcode), { channel: unprotected })).toEqual({
    outcome: { kind: 'refused', errcode, rid: '1-2-3' },
  });
});

it('43108 lets the recipient wait for a minute and more, a few times', () => {
  expect(judged(refusal(43108), { channel: unprotected, tries: 2 })).toMatchObject({
    outcome: { kind: 'unsent', delayMs: 120_000 },
  });
  expect(judged(refusal(43108), { channel: unprotected, tries: 5 })).toMatchObject({
    outcome: { kind: 'refused', errcode: 43108 },
  });
});

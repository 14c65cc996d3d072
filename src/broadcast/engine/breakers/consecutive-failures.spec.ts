import { TokenUnavailable } from '../../../token/store/token.errors.js';
import { WechatRefusal, WechatUnreachable } from '../../../wechat/wechat.errors.js';
import { ConsecutiveFailures } from './consecutive-failures.js';

const refusal = (errcode: number) => new WechatRefusal('/send', errcode, 'no');
const ACCEPTED = undefined;

describe('answers in a row', () => {
  let failures: ConsecutiveFailures;
  let now: number;
  beforeEach(() => {
    failures = new ConsecutiveFailures();
    now = 1_000;
  });
  /** The last of so many equal answers, a millisecond apart. */
  const hear = (error: unknown, times = 1, broadcastId = 'a') => {
    let failure;
    for (let i = 0; i < times; i++) failure = failures.answered(broadcastId, error, now++);
    return failure;
  };

  it('answers in a row are too many when an unknown code comes for the 21st time', () => {
    expect(hear(refusal(99_999), 20)).toBeUndefined();
    expect(hear(refusal(99_999))).toMatchObject({
      code: 'unknown_code',
      errcode: 99_999,
      count: 21,
    });
    // Told once: it takes as many again.
    expect(hear(refusal(99_999), 20)).toBeUndefined();
    expect(hear(refusal(99_999))).toBeDefined();
  });

  it.each([
    ['an acceptance', ACCEPTED],
    ['a refusal for a known reason', refusal(43_004)],
    ['another unknown code', refusal(88_888)],
    ["WeChat's review", refusal(40_252)],
  ])('answers in a row begin anew after %s', (_, other) => {
    hear(refusal(99_999), 20);
    hear(other);
    expect(hear(refusal(99_999), 20)).toBeUndefined();
    expect(hear(refusal(99_999))).toBeDefined();
  });

  it.each([
    ['a busy WeChat', refusal(-1)],
    ['the minute limit', refusal(45_011)],
    ['a spent quota', refusal(45_009)],
    ['no answer', new WechatUnreachable('/send', 'maybe', new Error('reset'))],
    ['no token just now', new TokenUnavailable('wx', 'the store is away')],
  ])('answers in a row are not interrupted by %s, which says nothing', (_, silence) => {
    hear(refusal(99_999), 20);
    hear(silence, 5);
    expect(hear(refusal(99_999))).toMatchObject({ count: 21 });
  });

  it('answers in a row are counted for each broadcast by itself', () => {
    hear(refusal(99_999), 20, 'a');
    expect(hear(refusal(99_999), 20, 'b')).toBeUndefined();
    expect(hear(refusal(99_999), 1, 'a')).toBeDefined();
  });

  it('answers in a row that reject tokens are a storm only when they outlast a renewal under way', () => {
    expect(hear(refusal(40_001), 500)).toBeUndefined();
    now += 10_000;
    expect(hear(refusal(42_001))).toMatchObject({ code: 'token_storm', count: 501 });
  });

  it('answers in a row that could not get a token are never a storm: it passes by itself', () => {
    hear(new TokenUnavailable('wx', 'the store is away'), 500);
    now += 60_000;
    expect(hear(new TokenUnavailable('wx', 'the store is away'), 500)).toBeUndefined();
  });

  it('answers in a row that deny a listed template are a dispute after twenty minutes', () => {
    hear(refusal(40_037), 500);
    now += 11 * 60_000;
    expect(hear(refusal(40_037))).toBeUndefined();
    now += 9 * 60_000;
    expect(hear(refusal(40_037))).toMatchObject({ code: 'template_disputed' });
  });

  it('answers in a row name 50002 twenty people long', () => {
    expect(hear(refusal(50_002), 21)).toMatchObject({ code: 'users_limited', errcode: 50_002 });
  });
});

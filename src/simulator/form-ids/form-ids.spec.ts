import { SimulatedClock } from '../kernel/simulated-clock.js';
import { Followers } from '../followers/followers.js';
import type { LedgerMessage } from '../ledger/ledger.js';
import { SeededRandom } from '../kernel/seeded-random.js';
import { FORM_ID_LIFE_MS, type FormIdOrder } from './form-id.js';
import { FormIds } from './form-ids.js';

const AMY = 0;
const BOB = 1;

let clock: SimulatedClock;
let followers: Followers;
let formIds: FormIds;

beforeEach(() => {
  clock = new SimulatedClock();
  followers = new Followers('wx', 10);
  formIds = new FormIds(followers, clock, new SeededRandom(1));
});

const issue = (order: Partial<FormIdOrder> = {}): string[] =>
  formIds.issue({ openids: [followers.openid(AMY)], ...order }).map(({ formId }) => formId);

const one = (order: Partial<FormIdOrder> = {}): string => issue(order)[0] ?? '';

const message = (over: Partial<LedgerMessage> = {}): LedgerMessage => ({
  channel: 'wxopen-template',
  follower: AMY,
  templateId: 'T'.repeat(43),
  content: { values: { keyword1: '公开课' } },
  clientMsgId: undefined,
  acceptedAt: clock.now(),
  ...over,
});

/** The errcode of a send with a form_id. An accepted send uses it. */
const present = (formId: string, over: Partial<LedgerMessage> = {}): number => {
  const sent = message(over);
  const fault = formIds.faultOf(formId, sent);
  if (!fault) formIds.spend(formId, sent);
  return fault ?? 0;
};

describe('a form_id', () => {
  it('a form_id is good for one message, one of a payment for three', () => {
    const form = one();
    const prepay = one({ kind: 'prepay' });

    expect([1, 2].map(() => present(form))).toEqual([0, 41029]);
    expect([1, 2, 3, 4].map(() => present(prepay))).toEqual([0, 0, 0, 41029]);
    expect(formIds.report()).toMatchObject({ issued: 2, live: 0, used: 2, uses: 4 });
  });

  it('a form_id is good for its own person only', () => {
    const form = one();
    expect(present(form, { follower: BOB })).toBe(41028);
    expect(present(form)).toBe(0);
  });

  it('a form_id is worth nothing after seven days', () => {
    const form = one();
    const old = one({ ageMs: FORM_ID_LIFE_MS });
    expect(present(old)).toBe(41028);

    clock.advance(FORM_ID_LIFE_MS);
    expect(present(form)).toBe(41028);
    expect(formIds.of(followers.openid(AMY)).map(({ expired }) => expired)).toEqual([true, true]);
  });

  it('a form_id that WeChat never gave out is refused', () => {
    expect(['the formId is a mock one', '', 'x'].map((formId) => present(formId))).toEqual([
      41028, 41028, 41028,
    ]);
  });

  it('a form_id that is used up cannot be spent, even without the check', () => {
    const form = one();
    present(form);
    expect(() => formIds.spend(form, message())).toThrow('good for no message');
  });
});

describe('the second use of a form_id', () => {
  it('the second use of a form_id is listed, and says whether it was the same message', () => {
    const form = one();
    present(form);
    present(form);
    present(form, { content: { values: { keyword1: '改期' } } });

    expect(formIds.report()).toMatchObject({
      uses: 1,
      presentedTooOften: 1,
      usedTwiceAttempts: 2,
      usedTwice: [
        { formId: form, openid: followers.openid(AMY), sameMessage: true },
        { formId: form, sameMessage: false },
      ],
    });
  });

  it('the second use of a form_id is noticed even after it has expired', () => {
    const form = one();
    present(form);
    clock.advance(FORM_ID_LIFE_MS);

    expect(present(form)).toBe(41029);
    expect(formIds.report().usedTwiceAttempts).toBe(1);
  });

  it('the use of a form_id that another system had used does not count as a second use', () => {
    expect(present(one({ used: true }))).toBe(41029);
    const report = formIds.report();
    expect(report).toMatchObject({ used: 0, usedTwiceAttempts: 0, presentedTooOften: 0 });
    expect([...report.refused]).toEqual([[41029, 1]]);
  });
});

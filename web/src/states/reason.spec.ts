import { firstSentence, otherSentences, reasonOf } from './reason';

describe('why somebody did not get a message', () => {
  const row = { state: 'refused', errcode: null, meaning: null, detail: null };
  const meaning = { zh: '用户拒收。请移出名单。', en: 'They block it. Remove them.' };

  it('why somebody did not get a message is what the errcode means, with the errcode behind it', () => {
    expect(reasonOf({ ...row, errcode: 43004, meaning })).toEqual({ text: meaning, raw: '43004' });
  });

  it.each([
    ['blocked', 'failed:user block', 'userBlock'],
    ['failed', 'failed: system failed', 'systemFailed'],
    ['failed', 'failed: not yet heard of', 'otherReceipt'],
  ])(
    'why somebody did not get a message is what the receipt of a %s message means, with its text behind it: %s',
    (state, detail, name) => {
      expect(reasonOf({ ...row, state, detail })).toEqual({ name, raw: detail });
    },
  );

  it('why somebody did not get a message is why they were left out, and a reason that nobody has a word for as the service calls it', () => {
    const skipped = { ...row, state: 'skipped' };
    expect(reasonOf({ ...skipped, detail: 'unsubscribed' })).toEqual({
      name: 'unsubscribed',
    });
    expect(reasonOf({ ...skipped, detail: 'new_reason' })).toEqual({
      name: 'otherReason',
      raw: 'new_reason',
    });
  });

  it('why somebody did not get a message is nothing where it went well, or nobody knows yet', () => {
    expect(reasonOf({ ...row, state: 'delivered' })).toBeUndefined();
    expect(reasonOf({ ...row, state: 'pending' })).toBeUndefined();
  });

  it('a reason is told in its first sentence where there is little room', () => {
    expect(firstSentence(meaning.zh)).toBe('用户拒收。');
    expect(otherSentences(meaning.zh)).toBe('请移出名单。');
    expect(firstSentence('Not v1.2 of it. Look.')).toBe('Not v1.2 of it.');
    expect(otherSentences('One')).toBe('');
  });
});

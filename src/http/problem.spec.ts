import { both } from '../kernel/bilingual.js';
import { problemOf } from './problem.js';

const ID = '01a1f4c2-0000-7000-8000-000000000000';

describe('a problem', () => {
  it('a problem says its detail in both languages at once and apart, with what is put into it by name', () => {
    const detail = both('最多 5 个，现有 7 个。', 'At most 5, these are 7.', { most: 5, given: 7 });
    expect(problemOf({ status: 409, code: 'too_many', detail }, ID)).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail: '最多 5 个，现有 7 个。 At most 5, these are 7.',
      code: 'too_many',
      params: { most: 5, given: 7 },
      zh: '最多 5 个，现有 7 个。',
      en: 'At most 5, these are 7.',
      instance: `urn:uuid:${ID}`,
    });
  });

  it('a problem has the numbers and words of its further members among its params', () => {
    const details = { errcode: 48001, rid: null, holds: [{ id: 'a' }], retryAfterSeconds: 3 };
    const detail = both('请稍后再试。', 'Try again later.', { errcode: 48001 });
    const { params } = problemOf({ status: 422, code: 'refused', detail, details }, ID);
    expect(params).toEqual({ errcode: 48001, retryAfterSeconds: 3 });
  });

  it('a problem says each fault of a field in both languages apart, with the params of its words and its own', () => {
    const message = both('最多 20 个字，现有 23 个。', 'At most 20, this has 23.', {
      limit: 20,
      length: 23,
    });
    const { errors } = problemOf(
      {
        status: 400,
        code: 'invalid_request',
        detail: both('不合要求。', 'It does not fit.'),
        errors: [{ path: 'fields.thing1', code: 'field_too_long', message, params: { name: 'a' } }],
      },
      ID,
    );
    expect(errors).toEqual([
      {
        path: 'fields.thing1',
        code: 'field_too_long',
        params: { limit: 20, length: 23, name: 'a' },
        zh: '最多 20 个字，现有 23 个。',
        en: 'At most 20, this has 23.',
        message: '最多 20 个字，现有 23 个。 At most 20, this has 23.',
      },
    ]);
  });
});

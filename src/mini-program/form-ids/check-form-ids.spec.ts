import { DomainError } from '../../kernel/domain-error.js';
import { checkFormIds } from './check-form-ids.js';

const now = new Date('2026-11-21T12:00:00Z');
const item = { openid: 'oAmy', formId: 'e3f1a5', kind: 'form' };
const refusalOf = (body: unknown): DomainError => {
  try {
    checkFormIds(body, now);
  } catch (error) {
    if (error instanceof DomainError) return error;
  }
  throw new Error('it was taken');
};

describe('check-form-ids', () => {
  it('collected form_ids are taken one by one, as a list, or as items', () => {
    const taken = [{ ...item, collectedAt: now }];
    for (const body of [item, [item], { items: [item] }])
      expect(checkFormIds(body, now).items).toEqual(taken);
  });

  it('collected form_ids count once where they are named twice', () => {
    const { items, duplicates } = checkFormIds([item, { ...item, openid: 'oBob' }, item], now);
    expect([items.map(({ openid }) => openid), duplicates]).toEqual([['oAmy'], 2]);
  });

  it('collected form_ids are worth nothing seven days after they were collected', () => {
    const collectedAt = (at: string) => ({ ...item, collectedAt: at });
    const { items, expired } = checkFormIds(
      [
        collectedAt('2026-11-14T12:00:00Z'),
        { ...item, collectedAt: '2026-11-14T20:00:01+08:00' },
        { ...item, formId: 'b', collectedAt: '2026-11-21T12:04:00Z' },
      ],
      now,
    );
    expect(expired).toBe(1);
    expect(items.map((one) => one.collectedAt)).toEqual([new Date('2026-11-14T12:00:01Z'), now]);
  });

  it.each([
    ['the formId is a mock one', { formId: 'the formId is a mock one' }, 'form_id_mock', 'formId'],
    ['an empty formId', { formId: '' }, 'form_id_invalid', 'formId'],
    ['the text of nothing', { formId: 'undefined' }, 'form_id_invalid', 'formId'],
    ['a formId with spaces', { formId: 'a b' }, 'form_id_invalid', 'formId'],
    ['a formId that is a number', { formId: 1536 }, 'form_id_invalid', 'formId'],
    ['the package of a payment', { formId: 'prepay_id=wx20' }, 'form_id_invalid', 'formId'],
    ['an openid with a colon', { openid: 'a:b' }, 'openid_invalid', 'openid'],
    ['another kind', { kind: 'forms' }, 'kind_invalid', 'kind'],
    [
      'a time without an offset',
      { collectedAt: '2026-11-21T11:00:00' },
      'collected_at_invalid',
      'collectedAt',
    ],
    [
      'a time that is none',
      { collectedAt: '2026-13-21T11:00:00Z' },
      'collected_at_invalid',
      'collectedAt',
    ],
    [
      'a time to come',
      { collectedAt: '2026-11-22T11:00:00Z' },
      'collected_at_ahead',
      'collectedAt',
    ],
  ])('collected form_ids are refused with %s, by index', (_what, changes, code, path) => {
    expect(refusalOf([item, { ...item, ...changes }])).toMatchObject({
      kind: 'unprocessable',
      code: 'form_ids_refused',
      extra: { errors: [{ path: `items[1].${path}`, code }], details: { refusedCount: 1 } },
    });
  });

  it.each([
    [
      'a member too many',
      [{ ...item, more: 1 }],
      'items[0].more',
      'unknown_field',
      /^没有这个字段/,
    ],
    [
      'a member nearly right',
      [{ ...item, form_id: 'a' }],
      'items[0].form_id',
      'unknown_field',
      /应为 formId。$/,
    ],
    [
      'a member too few',
      [{ ...item, kind: undefined }],
      'items[0].kind',
      'required',
      /^缺少 kind。$/,
    ],
    ['an item that is none', [null], 'items[0]', 'item_invalid', /对象/],
  ])('collected form_ids are refused with %s', (_what, body, path, code, message) => {
    expect(refusalOf(body)).toMatchObject({
      extra: {
        errors: [{ path, code, message: { zh: expect.stringMatching(message) as string } }],
      },
    });
  });

  it('collected form_ids are refused with every fault, of which the first hundred are listed', () => {
    const refusal = refusalOf(Array.from({ length: 150 }, () => ({ ...item, kind: '' })));
    expect(refusal.extra.errors).toHaveLength(100);
    expect(refusal.extra.details).toEqual({ refusedCount: 150 });
  });

  it.each([
    ['nobody’s', [], 'form_ids_empty'],
    ['more than ten thousand', Array.from({ length: 10_001 }, () => item), 'form_ids_too_many'],
    ['text', 'e3f1a5', 'invalid_request'],
    ['nothing', undefined, 'invalid_request'],
  ])('collected form_ids are refused as %s', (_what, body, code) => {
    expect(refusalOf(body)).toMatchObject({ code });
  });
});

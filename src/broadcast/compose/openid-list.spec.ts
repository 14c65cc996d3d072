import { DomainError } from '../../kernel/domain-error.js';
import { checkOpenids } from './openid-list.js';

const refusal = async (given: unknown[]): Promise<DomainError> => {
  try {
    await checkOpenids(given);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('openid-list', () => {
  it('a list of openids names everybody once, and says how many it named again', async () => {
    expect(await checkOpenids(['oB', 'o_a', 'oB', 'o-a', 'oB'])).toEqual({
      openids: ['oB', 'o_a', 'o-a'],
      duplicates: 2,
    });
  });

  it.each([
    ['a colon, which job ids may not hold', 'o:1'],
    ['nothing', ''],
    ['65 characters', 'o'.repeat(65)],
    ['a line break at its end', 'oA\n'],
    ['Han', '用户'],
    ['a number', 7],
    ['null', null],
  ])('a list of openids refuses an openid of %s by its index', async (_, openid) => {
    expect(await refusal(['oA', openid])).toMatchObject({
      kind: 'invalid',
      code: 'openids_invalid',
      extra: {
        errors: [{ path: 'audience.openids[1]', code: 'openid_invalid' }],
        details: { invalidCount: 1 },
      },
    });
  });

  it('a list of openids lists the first twenty that are malformed, counts all, and repeats none of them', async () => {
    const { message, extra } = await refusal([
      'oA',
      ...Array.from({ length: 50 }, (_, i) => `!${i}`),
    ]);

    expect(extra.errors).toHaveLength(20);
    expect(extra.errors?.at(-1)?.path).toBe('audience.openids[20]');
    expect(extra.details).toEqual({ invalidCount: 50 });
    expect(message).toContain('50 of 51');
    expect(JSON.stringify(extra.errors)).not.toContain('!1');
  });

  it('a list of openids of nobody is no audience', async () => {
    expect(await refusal([])).toMatchObject({ kind: 'unprocessable', code: 'audience_empty' });
  });
});

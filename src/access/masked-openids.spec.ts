import { maskedOpenids } from './masked-openids.js';

const WHOLE = 'o-sItuA-ArK7CegaFDtOBFoR_421';
const MASKED = 'o-sI***_421';
const nowhere = (): boolean => false;

describe('an answer for somebody who does not see openids', () => {
  it('an answer for somebody who does not see openids has them masked, however deep, and nothing else changed', () => {
    const at = new Date(0);
    const answer = {
      items: [{ openid: WHOLE, at, holds: [{ reason: 'x', openid: WHOLE }] }],
      openids: [WHOLE],
      next: null,
    };
    expect(maskedOpenids(answer, nowhere)).toEqual({
      items: [{ openid: MASKED, at, holds: [{ reason: 'x', openid: MASKED }] }],
      openids: [MASKED],
      next: null,
    });
    expect(answer.items[0]?.openid).toBe(WHOLE);
  });

  it('an answer for somebody who sees openids of one account only has those of others masked', () => {
    const items = [
      { appid: 'wxA', openid: WHOLE },
      { appid: 'wxB', holds: [{ openid: WHOLE }] },
    ];
    const ofB = (appid?: string): boolean => appid === 'wxB';
    expect(maskedOpenids({ items }, ofB)).toEqual({
      items: [
        { appid: 'wxA', openid: MASKED },
        { appid: 'wxB', holds: [{ openid: WHOLE }] },
      ],
    });
    expect(maskedOpenids({ openid: WHOLE }, ofB, 'wxB')).toEqual({ openid: WHOLE });
  });

  it.each([undefined, null, 'text', 1, new Date(0), Buffer.from('x')])(
    'an answer for somebody who does not see openids is left as it is where it has no members: %j',
    (answer) => expect(maskedOpenids(answer, nowhere)).toBe(answer),
  );
});

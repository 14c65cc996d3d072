import { errcodeEntry, ERRCODES, type Reaction } from './errcodes.js';
import { explain, type WechatCall } from './explanations.js';
import { isProofOfNotSent, remedyFor } from './remedies.js';

/** The table of errcodes as the protocol reference gives it, ranges written out; 0 is no refusal. */
const REFERENCE: Readonly<Record<Reaction, readonly number[]>> = {
  R: [-1, 45011, 45159, 61450],
  RL: [43108, 43117, 45066],
  T: [40001, 40014, 42001, 48012],
  D: [40241, 44007, 45065],
  V: [40252],
  F: [40003, 41028, 41029, 41031, 43004, 43005, 43006, 43019, 43101, 48002, 49003, 50002, 50005],
  P: [
    40013, 40036, 40037, 40039, 40048, 40066, 40125, 40164, 40165, 40243, 41030, 41032, 41034,
    41035, 42007, 43104, 43106, 43107, 43116, 45002, 45005, 45009, 45012, 45013, 45014, 45026,
    45027, 45035, 45051, 45103, 45109, 45168, 47003, 48001, 48003, 48004, 48008, 48009, 48011,
    50001, 50004, 50007, 61003, 61004, 61007, 61014, 61015, 61016, 61017, 61023, 61024, 89503,
    89506, 89507,
  ],
  B: [
    40002, 40031, 40032, 40033, 40035, 40097, 41001, 41002, 41004, 41009, 43001, 43002, 43003,
    44001, 44002, 44003, 44004, 44005, 45067, 47001, 47002, 61451, 63001,
  ],
  none: [40029, 40030, 40246, 40247, 45015, 45047, 48006, 76001, 76002, 76003, 76004, 76021, 76022],
};

const reference = Object.entries(REFERENCE).flatMap(([reaction, codes]) =>
  codes.map((errcode) => ({ errcode, reaction })),
);

describe('the table of errcodes', () => {
  it('the table of errcodes holds every code of the reference under its class, and no other', () => {
    const byErrcode = (a: { errcode: number }, b: { errcode: number }) => a.errcode - b.errcode;

    expect(ERRCODES.map(({ errcode, reaction }) => ({ errcode, reaction }))).toEqual(
      reference.toSorted(byErrcode),
    );
  });

  it('the table of errcodes says in Chinese and in English what each code means and what to do', () => {
    for (const { errcode, zh, en } of ERRCODES) {
      // A meaning and an action: at least two clauses in each language.
      expect({ errcode, zh }).toEqual({
        errcode,
        zh: expect.stringMatching(/\p{Script=Han}.*[，。；].*。$/u),
      });
      expect({ errcode, en }).toEqual({
        errcode,
        en: expect.stringMatching(/^[^\p{Script=Han}]+[.,;][^\p{Script=Han}]+\.$/u),
      });
    }
  });

  it('the table of errcodes leaves the longest message within what a log line and a column take', () => {
    for (const { zh, en } of ERRCODES) expect(Math.max(zh.length, en.length)).toBeLessThan(300);
  });
});

describe('a remedy', () => {
  it.each([
    [-1, 'retry'],
    [61450, 'retry'],
    [45011, 'slow-down'],
    [43117, 'recipient-later'],
    [40001, 'renew-token'],
    [48012, 'renew-token'],
    [45009, 'wait-for-quota'],
    [40037, 'pause'],
    [43004, 'refuse'],
    [40241, 'duplicate'],
    [40252, 'in-review'],
    [47001, 'our-bug'],
    [40246, 'refuse'],
  ])('a remedy for %i is to %s', (errcode, remedy) => {
    expect(remedyFor(errcode)).toBe(remedy);
  });

  it('a remedy for a code we have never met is to refuse one recipient, and it is recognisable as unknown', () => {
    expect(remedyFor(99999)).toBe('refuse');
    expect(errcodeEntry(99999)).toBeUndefined();
    expect(explain('send', 99999)).toEqual({
      code: 'wechat_unknown',
      params: { errcode: 99999 },
      zh: expect.stringContaining('99999'),
      en: expect.stringContaining('99999'),
    });
  });
});

describe('an explanation belongs to the call that was refused', () => {
  const OTHERS: readonly WechatCall[] = [
    'template-list',
    'follower-list',
    'quota',
    'qr-code',
    'token',
  ];
  const words = (call: WechatCall, errcode: number): string =>
    [explain(call, errcode).zh, explain(call, errcode).en].join(' ');

  it.each(OTHERS)(
    'an explanation for a refused %s speaks of no broadcast, recipient or message',
    (call) => {
      for (const errcode of [...ERRCODES.map((entry) => entry.errcode), 99999])
        expect({ errcode, words: words(call, errcode) }).toEqual({
          errcode,
          words: expect.not.stringMatching(
            /发送任务|继续发送|跳转|该用户|消息未发|\bresume\b|jump url|recipient|this person|was sent/i,
          ),
        });
    },
  );

  it.each(OTHERS)(
    'an explanation for a refused %s says in both languages what to do, whatever the code',
    (call) => {
      for (const errcode of [...ERRCODES.map((entry) => entry.errcode), 99999])
        expect(explain(call, errcode)).toEqual({
          code: expect.stringMatching(/^wechat_/),
          params: { errcode },
          zh: expect.stringMatching(/\p{Script=Han}.*[，。；].*。$/u),
          en: expect.stringMatching(/^[^\p{Script=Han}]+[.,;:][^\p{Script=Han}]+\.$/u),
        });
    },
  );

  it('an explanation of 40066 belongs to the call that was refused: a jump url of a message, an unknown address of all else', () => {
    expect(words('send', 40066)).toMatch(/jump url/);
    for (const call of OTHERS) expect(words(call, 40066)).toMatch(/地址.*WECHAT_API_BASE.*address/);
  });

  it('an explanation of 40001 belongs to the call that was refused: the AppSecret at the token endpoint alone', () => {
    expect(words('token', 40001)).toMatch(/The AppSecret is wrong/);
    for (const call of ['send', 'template-list', 'follower-list', 'quota'] as const)
      expect(words(call, 40001)).toMatch(/^access_token /);
  });

  it('an explanation of 40003 belongs to the call that was refused: the place in a follower list, and elsewhere a recipient', () => {
    expect(words('send', 40003)).toMatch(/Remove it from the list/);
    expect(words('follower-list', 40003)).toMatch(/Sync again/);
  });
});

describe('proof that nothing was sent', () => {
  it('proof that nothing was sent is every refusal but busy, system error, the duplicates and the review', () => {
    const noProof = ERRCODES.map(({ errcode }) => errcode).filter(
      (code) => !isProofOfNotSent(code),
    );

    expect(noProof).toEqual([-1, 40241, 40252, 44007, 45065, 61450]);
    expect(isProofOfNotSent(0)).toBe(false);
    expect(isProofOfNotSent(99999)).toBe(true);
  });
});

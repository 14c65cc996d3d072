import { shownChanges } from './shown-changes.js';

const OPENID = 'oABCDEFGHIJKLMNOPQRSTUVWXYZ1';

describe('what an entry of the audit shows of a change', () => {
  it('the audit shows the members that differ, by their paths, and no other', () => {
    expect(
      shownChanges({
        before: { name: 'A', policy: { undoSeconds: 0, confirmAbove: null }, kept: [1, 2] },
        after: { name: 'B', policy: { undoSeconds: 30, confirmAbove: null }, kept: [1, 2] },
      }),
    ).toEqual({
      before: { name: 'A', 'policy.undoSeconds': 0 },
      after: { name: 'B', 'policy.undoSeconds': 30 },
      cut: false,
    });
  });

  it('two pictures that are alike make no entry, and a verb without pictures makes one', () => {
    const alike = { name: 'A', at: new Date(0), bytes: Buffer.from('x'), none: undefined };
    expect(shownChanges({ before: alike, after: { ...alike, none: null } })).toBeUndefined();
    expect(shownChanges({})).toEqual({ before: null, after: null, cut: false });
  });

  it('something that is made or goes is told by its members, on one side alone', () => {
    expect(shownChanges({ after: { name: 'A', policy: { undoSeconds: 5 } } })).toEqual({
      before: null,
      after: { name: 'A', 'policy.undoSeconds': 5 },
      cut: false,
    });
    expect(shownChanges({ before: { name: 'A', note: null } })).toEqual({
      before: { name: 'A' },
      after: null,
      cut: false,
    });
  });

  it('a secret in the audit is "(changed)", whether bytes or a text, and null where there is none', () => {
    const shown = shownChanges({
      before: { sealedSecret: Buffer.from('old'), encodingAesKey: null, tokenMode: 'stable' },
      after: {
        sealedSecret: Buffer.from('new'),
        encodingAesKey: 'k'.repeat(43),
        password: { hash: 'very secret' },
        tokenMode: 'external',
        externalTokenUrl: 'https://example.com/token?very=secret',
      },
    });
    expect(shown).toEqual({
      before: {
        sealedSecret: '(changed)',
        encodingAesKey: null,
        tokenMode: 'stable',
        'password.hash': null,
        externalTokenUrl: null,
      },
      after: {
        sealedSecret: '(changed)',
        encodingAesKey: '(changed)',
        tokenMode: 'external',
        'password.hash': '(changed)',
        externalTokenUrl: 'https://example.com/token?…',
      },
      cut: false,
    });
    expect(JSON.stringify(shown)).not.toMatch(/old|new|kkk|very/);
  });

  it('openids in the audit are masked wherever they stand, and lists of them are counted', () => {
    const shown = shownChanges({
      after: {
        openid: 'oAmy',
        text: `sent to ${OPENID} twice`,
        audience: { kind: 'openids', openids: Array.from({ length: 100_000 }, () => OPENID) },
        rows: [{ openid: OPENID }],
      },
    });
    expect(shown?.after).toEqual({
      openid: '***',
      text: 'sent to oABC***XYZ1 twice',
      'audience.kind': 'openids',
      'audience.openids': { count: 100_000 },
      rows: [{ openid: 'oABC***XYZ1' }],
    });
    expect(JSON.stringify(shown)).not.toContain(OPENID);
  });

  it('an entry of the audit holds 4 KiB of values at most, and tells when it was cut', () => {
    const long = shownChanges({ after: { text: '长'.repeat(10_000), short: 'x' } });
    expect(long).toMatchObject({ after: { short: 'x' }, cut: true });
    const many = shownChanges({
      before: {},
      after: Object.fromEntries(
        Array.from({ length: 5_000 }, (_, i) => [`field${i}`, 'v'.repeat(40)]),
      ),
    });
    expect(many?.cut).toBe(true);
    expect(many?.after?.['…']).toBeGreaterThan(4_000);
    for (const shown of [long, many])
      expect(
        Buffer.byteLength(JSON.stringify(shown?.before)) +
          Buffer.byteLength(JSON.stringify(shown?.after)),
      ).toBeLessThanOrEqual(4_096);
  });
});

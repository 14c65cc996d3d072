import { spokenFault } from '../../accounts/spoken-fault.js';
import {
  fromJson,
  isAlive,
  isFresh,
  isStorm,
  mayForceAt,
  NO_RECORD,
  toJson,
  type TokenRecord,
  withForce,
  withRenewal,
} from './token-record.js';
import { both } from '../../kernel/bilingual.js';

const NOW = new Date('2026-11-21T08:00:00Z');
const in_ = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const token = (left: number, age = 3_600) => ({
  sealed: Buffer.from('sealed'),
  expiresAt: in_(left),
  fetchedAt: in_(-age),
});

describe('a token', () => {
  it.each([
    ['stable', 301, true],
    ['stable', 299, false],
    ['plain', 601, true],
    ['plain', 599, false],
    ['external', 61, true],
    ['external', 59, false],
  ] as const)('a token of kind %s with %i seconds left is fresh: %s', (mode, left, fresh) => {
    expect(isFresh(token(left), mode, NOW)).toBe(fresh);
  });

  it('a token that was given out near its end is not asked for again at once', () => {
    expect(isFresh(token(200, 5), 'stable', NOW)).toBe(true);
    expect(isFresh(token(200, 31), 'stable', NOW)).toBe(false);
  });

  it('a token is of no use in its last seconds, however young', () => {
    expect(isAlive(token(9), NOW)).toBe(false);
    expect(isFresh(token(9, 1), 'stable', NOW)).toBe(false);
  });
});

describe('the renewals of rejected tokens', () => {
  const renewedAt = (...seconds: number[]): TokenRecord =>
    seconds.reduce((record, second) => withRenewal(record, in_(second)), NO_RECORD);

  it('the renewals of rejected tokens are a storm from the fourth within a minute', () => {
    expect(isStorm(renewedAt(-59, -40), NOW)).toBe(false);
    expect(isStorm(renewedAt(-59, -40, -1), NOW)).toBe(true);
    expect(isStorm(renewedAt(-61, -40, -1), NOW)).toBe(false);
  });

  it('the renewals of rejected tokens are forgotten after a minute', () => {
    expect(renewedAt(-120, -61, 0).renewals).toEqual([NOW]);
  });
});

describe('a force refresh', () => {
  const forcedAt = (...seconds: number[]): TokenRecord =>
    seconds.reduce((record, second) => withForce(record, in_(second)), NO_RECORD);
  const DAY = 86_400;

  it('a force refresh may be asked for when there was none', () => {
    expect(mayForceAt(NO_RECORD, NOW)).toEqual(NOW);
  });

  it('a force refresh must come thirty seconds after the last', () => {
    expect(mayForceAt(forcedAt(-31), NOW)).toEqual(NOW);
    expect(mayForceAt(forcedAt(-10), NOW)).toEqual(in_(20));
  });

  it('a force refresh must be one of twenty within a day', () => {
    const nineteen = Array.from({ length: 19 }, (_, i) => -3_600 + i * 60);
    expect(mayForceAt(forcedAt(...nineteen), NOW)).toEqual(NOW);
    expect(mayForceAt(forcedAt(-7_200, ...nineteen), NOW)).toEqual(in_(DAY - 7_200));
  });

  it('a force refresh is forgotten after a day', () => {
    expect(forcedAt(-DAY - 1, 0).forced).toEqual([NOW]);
  });
});

describe('a record', () => {
  it('a record comes back from JSON as it was', () => {
    const fault = {
      code: 'token_storm',
      errcode: null,
      rid: null,
      ...spokenFault(both('两种语言。', 'both languages')),
    };
    const record: TokenRecord = {
      token: { ...token(1), sealed: Buffer.from([0, 255, 10]) },
      renewals: [NOW],
      forced: [NOW, in_(1)],
      confirmedAt: NOW,
      setback: { until: in_(60), reason: 'why', fault },
    };

    for (const each of [record, NO_RECORD]) {
      expect(fromJson(JSON.parse(JSON.stringify(toJson(each))))).toEqual(each);
    }
  });
});

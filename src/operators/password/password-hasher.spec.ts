import { availableParallelism } from 'node:os';
import { hashesAtOnce, PasswordHasher } from './password-hasher.js';
import { readPhc, writePhc } from './phc-string.js';

describe('passwords', () => {
  const hasher = new PasswordHasher();
  /** By the reference implementation's command line (m=65536,t=2,p=1, salt "somesalt"). */
  const REFERENCE =
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';

  it('passwords are hashed with a salt of their own, and say how', async () => {
    const [one, two] = [
      await hasher.hash('白日依山尽，黄河'),
      await hasher.hash('白日依山尽，黄河'),
    ];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await hasher.matches('白日依山尽，黄河', one)).toBe(true);
    expect(await hasher.matches('白日依山尽，黄河 ', one)).toBe(false);
  });

  it('passwords match a hash of the reference implementation', async () => {
    expect(await hasher.matches('password', REFERENCE)).toBe(true);
    expect(await hasher.matches('Password', REFERENCE)).toBe(false);
  });

  it('passwords are the same however a keyboard composes their letters', async () => {
    const hash = await hasher.hash('café Ⅳ １２');
    expect(await hasher.matches('cafe\u0301 IV 12', hash)).toBe(true);
  });

  it.each([null, undefined, '', 'plain', '$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA'])(
    'passwords never match where there is none: %s',
    async (phc) => {
      expect(await hasher.matches('', phc)).toBe(false);
      expect(await hasher.matches('plain', phc)).toBe(false);
    },
  );

  it('passwords are hashed anew where the kept hash was cheaper', async () => {
    const today = await hasher.hash('a password');
    const kept = readPhc(today);
    if (kept === undefined) throw new Error('unreadable');
    expect(hasher.isOutdated(today)).toBe(false);
    expect(hasher.isOutdated(writePhc({ ...kept, memory: 4_096 }))).toBe(true);
    expect(hasher.isOutdated(REFERENCE)).toBe(false);
  });

  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [64, 2],
  ])(
    'passwords are hashed so that on %i cores one is free for everything else, at most two: %i',
    (cores, most) => {
      expect(hashesAtOnce(cores)).toBe(most);
    },
  );

  it('passwords are hashed two at a time at most, and a queue out of bounds is refused', async () => {
    const bound = hashesAtOnce(availableParallelism()) + 64;
    const all = await Promise.allSettled(
      Array.from({ length: bound + 4 }, () => hasher.matches('x', undefined)),
    );
    const refused = all.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(4);
    expect(refused[0]).toMatchObject({ reason: { code: 'too_many_logins', kind: 'unavailable' } });
  });
});

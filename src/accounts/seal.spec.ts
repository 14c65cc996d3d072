import { randomBytes } from 'node:crypto';
import { SecretsConfig } from '../config/config.js';
import { SealBroken, Sealer } from './seal.js';

const sealer = (...keys: Buffer[]) => new Sealer(new SecretsConfig(undefined, keys));
const older = randomBytes(32);
const newer = randomBytes(32);

describe('seal', () => {
  it('a sealer opens what it has sealed, whatever the text', () => {
    for (const text of ['', 'secret', '微播 🔐', 'x'.repeat(10_000)]) {
      expect(sealer(newer).open(sealer(newer).seal(text, 'here'), 'here')).toBe(text);
    }
  });

  it('a sealer never seals the same text to the same bytes, nor shows it in them', () => {
    const [one, two] = [sealer(newer).seal('secret', 'here'), sealer(newer).seal('secret', 'here')];
    expect(one.equals(two)).toBe(false);
    expect(one.includes('secret')).toBe(false);
  });

  it('a sealer opens nothing that was sealed for another place', () => {
    const sealed = sealer(newer).seal('secret', 'account:wx1:secret');
    expect(() => sealer(newer).open(sealed, 'account:wx2:secret')).toThrow(SealBroken);
  });

  it('a sealer notices a change of any single byte', () => {
    const sealed = sealer(newer).seal('secret', 'here');
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i]! ^= 1;
      expect(() => sealer(newer).open(changed, 'here')).toThrow(SealBroken);
    }
  });

  it('a sealer says that the master key is another one, and not what the key is', () => {
    const sealed = sealer(older).seal('secret', 'here');
    expect(() => sealer(newer).open(sealed, 'here')).toThrow('sealed under another master key');
  });

  it('a sealer refuses bytes that are too short to have been sealed', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.of(1), Buffer.alloc(36, 1)]) {
      expect(() => sealer(newer).open(bytes, 'here')).toThrow(SealBroken);
    }
  });

  it('a sealer rotates: the first key of the list seals, every one opens', () => {
    const old = sealer(older).seal('secret', 'here');
    const rotating = sealer(newer, older);

    expect(rotating.open(old, 'here')).toBe('secret');
    expect(rotating.isCurrent(old)).toBe(false);

    const renewed = rotating.seal('secret', 'here');
    expect(rotating.isCurrent(renewed)).toBe(true);
    expect(sealer(newer).open(renewed, 'here')).toBe('secret');
  });
});

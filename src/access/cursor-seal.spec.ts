import { randomBytes } from 'node:crypto';
import { SecretsConfig } from '../config/config.js';
import { CursorSeal } from './cursor-seal.js';

const [former, present] = [randomBytes(32), randomBytes(32)];
const sealOf = (...keys: Buffer[]) => new CursorSeal(new SecretsConfig(undefined, keys));

describe('a sealed cursor', () => {
  it('a sealed cursor opens for its list in any process, and nowhere else', () => {
    const sealed = sealOf(former).seal('oAmy', '/a');
    expect(sealed).not.toContain('oAmy');
    expect(sealOf(former).open(sealed, '/a')).toBe('oAmy');
    expect(sealOf(former).open(sealed, '/b')).toBeUndefined();
    expect(sealOf(present).open(sealed, '/a')).toBeUndefined();
  });

  it('a sealed cursor still opens while the master key is changed', () => {
    const sealed = sealOf(former).seal('oAmy', '/a');
    expect(sealOf(present, former).open(sealed, '/a')).toBe('oAmy');
  });

  it.each(['', 'oAmy', 'o-sItuA-ArK7CegaFDtOBFoR_421', 'x'.repeat(256)])(
    'a sealed cursor is not what anybody writes by hand: %j',
    (text) => expect(sealOf(former).open(text, '/a')).toBeUndefined(),
  );
});

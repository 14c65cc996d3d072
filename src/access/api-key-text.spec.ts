import { isMistyped, newApiKey, prefixOf } from './api-key-text.js';

describe('an API key', () => {
  it('an API key is wk_ and 49 letters and digits, each another one', () => {
    const keys = Array.from({ length: 100 }, newApiKey);
    expect(keys.every((key) => /^wk_[0-9A-Za-z]{49}$/.test(key))).toBe(true);
    expect(new Set(keys).size).toBe(100);
    expect(prefixOf(keys[0] ?? '')).toMatch(/^wk_[0-9A-Za-z]{6}$/);
  });

  it('an API key with a letter wrong, missing, doubled or two in another order is seen to be mistyped', () => {
    const key = newApiKey();
    const at = 10;
    const other = key[at] === 'x' ? 'y' : 'x';
    expect(isMistyped(key)).toBe(false);
    expect(isMistyped(key.slice(0, at) + other + key.slice(at + 1))).toBe(true);
    expect(isMistyped(key.slice(0, at) + key.slice(at + 1))).toBe(true);
    expect(isMistyped(key + key.at(-1))).toBe(true);
    const [, before = '', one = '', two = '', after = ''] =
      /^(wk_.*?)(.)(?!\2)(.)(.*)$/.exec(key) ?? [];
    expect(before + one + two + after).toBe(key);
    expect(isMistyped(before + two + one + after)).toBe(true);
    expect(isMistyped('wk_')).toBe(true);
  });

  it('an API key of the installation’s own choice has no checksum to be wrong', () => {
    expect(isMistyped('a-key-of-the-environment-1234567890')).toBe(false);
  });
});

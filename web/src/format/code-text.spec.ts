import { typedCode } from './code-text';

describe('a typed code', () => {
  it.each([
    ['123456', '123456'],
    [' 123 456 ', '123456'],
    ['１２３４５６', '123456'],
    ['ab12-cd34', 'ab12-cd34'],
  ])('a typed code is the code that was meant: %j', (text, code) => {
    expect(typedCode(text)).toBe(code);
  });
});

import { openidLines } from './openid-lines';

describe('pasted openids', () => {
  it.each([
    ['a line each', 'oA\noB'],
    ['lines of Windows', 'oA\r\noB\r\n'],
    ['commas of either width', 'oA,oB，oA'],
    ['a row of a sheet', 'oA\toB'],
    ['quotation marks', '"oA";“oB”'],
    ['spaces around them', '  oA   oB '],
  ])('pasted openids are found in %s, each once', (_what, text) => {
    expect(openidLines(text)).toEqual({ openids: ['oA', 'oB'], odd: [] });
  });

  it('pasted openids are told apart from what is none, by the line on which that stands', () => {
    expect(openidLines('oA\n张三\n\no.B')).toEqual({
      openids: ['oA'],
      odd: [
        { line: 2, text: '张三' },
        { line: 4, text: 'o.B' },
      ],
    });
  });

  it('pasted openids have 64 characters at most, as the service has it', () => {
    expect(openidLines('o'.repeat(64)).openids).toHaveLength(1);
    expect(openidLines('o'.repeat(65)).odd).toHaveLength(1);
  });

  it('pasted openids are nobody in an empty text', () => {
    expect(openidLines(' \n ')).toEqual({ openids: [], odd: [] });
  });
});

import { inTemplateOrder } from './in-template-order';

describe('the content of a message', () => {
  it('the content of a message stands in the order of its template, and what that does not know comes last', () => {
    const values = { gone: 'x', time2: '19:30', thing1: '公开课', place10: '三号楼' };
    const fields = [{ name: 'thing1' }, { name: 'time2' }, { name: 'place10' }, { name: 'empty' }];
    expect(inTemplateOrder(values, fields)).toEqual([
      ['thing1', '公开课'],
      ['time2', '19:30'],
      ['place10', '三号楼'],
      ['gone', 'x'],
    ]);
  });
});

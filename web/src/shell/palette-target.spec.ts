import { addressOf } from './palette-target';

describe('where the palette leads', () => {
  it('the palette leads to a page of the account that is chosen, where there is one', () => {
    expect(addressOf({ path: '/templates' }, 'wx1')).toEqual({
      pathname: '/templates',
      search: '?appid=wx1',
      hash: '',
    });
    expect(addressOf({ path: '/templates' }, null)).toMatchObject({ search: '' });
  });

  it('the palette keeps what stands behind the number sign apart from the account', () => {
    expect(addressOf({ path: '/recipients', hash: 'oA' }, 'wx1')).toEqual({
      pathname: '/recipients',
      search: '?appid=wx1',
      hash: '#oA',
    });
  });

  it('the palette shows a broadcast with the account that it is of', () => {
    expect(addressOf({ path: '/broadcasts/b', appid: 'wx2' }, 'wx1').search).toBe('?appid=wx2');
  });
});

import { DEFAULT_ACCOUNT } from './account-settings.js';
import { changeSettings, patchSettings } from './settings-patch.js';

describe('a patch of settings', () => {
  it('a patch of settings changes what it names and leaves its neighbours', () => {
    const { receipts } = patchSettings(DEFAULT_ACCOUNT, { receipts: { early: 0.2 } });
    expect(receipts).toEqual({ ...DEFAULT_ACCOUNT.receipts, early: 0.2 });
  });

  it.each([
    [{ recipts: {} }, 'there is no setting recipts'],
    [{ receipts: { earyl: 1 } }, 'there is no setting receipts.earyl'],
    [{ receipts: { early: '1' } }, 'receipts.early must be a number'],
    [{ receipts: null }, 'receipts must be an object'],
    [{ toString: {} }, 'there is no setting toString'],
    [{ receipts: { early: 2 } }, 'a share lies between 0 and 1'],
    [{ population: { left: 0.6, failing: 0.6 } }, 'together exceed 1'],
    [{ appid: 'wx1' }, 'appid must be wx and 16 hex digits'],
    [{ callback: { mode: 'safe' } }, 'callback.encodingAesKey must be 43'],
    [{ miniProgram: { pages: 'pages/index' } }, 'miniProgram.pages must be a list of texts'],
    [{ miniProgram: { pages: [1] } }, 'miniProgram.pages must be a list of texts'],
    [{ callback: { url: 'callback' } }, 'callback.url must be a whole address'],
  ])('a patch of settings is refused when it is %j', (patch, complaint) => {
    expect(() => patchSettings(DEFAULT_ACCOUNT, patch)).toThrow(complaint);
  });

  it('a patch of settings cannot turn an account into another', () => {
    expect(() => changeSettings(DEFAULT_ACCOUNT, { followers: 5 })).toThrow('followers is fixed');
    expect(() =>
      changeSettings(DEFAULT_ACCOUNT, { followers: DEFAULT_ACCOUNT.followers }),
    ).not.toThrow();
  });
});

import { ROLES } from '../../access/permissions.js';
import { faultOfRoleMap } from '../../config/environment-rules.js';
import { areSameGrants, grantsOfClaims } from './grants-of-claims.js';

const SHOP = 'wx00000000000000aa';
const SCHOOL = 'wx00000000000000bb';
const groups = { roleClaim: 'groups', accountsClaim: undefined, roles: undefined };

describe('claims', () => {
  it('claims that are names of roles give them on all accounts, and other names give nothing', () => {
    expect(grantsOfClaims({ groups: ['sender', 'viewer', 'Admin', 'choir', 7] }, groups)).toEqual([
      { appids: null, role: 'viewer' },
      { appids: null, role: 'sender' },
    ]);
    expect(grantsOfClaims({ groups: 'admin' }, groups)).toEqual([{ appids: null, role: 'admin' }]);
  });

  it('claims that are missing, empty or of another shape give nothing', () => {
    for (const claim of [undefined, null, '', [], {}, 7, true, [['admin']], 'admin,viewer'])
      expect(grantsOfClaims({ groups: claim }, groups)).toEqual([]);
    expect(grantsOfClaims({}, groups)).toEqual([]);
  });

  it('claims are found by a name with dots, along the dots, and as the names of members', () => {
    const within = { ...groups, roleClaim: 'realm_access.roles' };
    expect(grantsOfClaims({ realm_access: { roles: ['viewer'] } }, within)).toHaveLength(1);
    const whole = { ...groups, roleClaim: 'https://example.com/roles' };
    expect(grantsOfClaims({ 'https://example.com/roles': ['viewer'] }, whole)).toHaveLength(1);
    expect(grantsOfClaims({ groups: { viewer: { org: 'x' } } }, groups)).toHaveLength(1);
    for (const roleClaim of ['constructor.name', '__proto__', 'groups.length'])
      expect(grantsOfClaims({ groups: [] }, { ...groups, roleClaim })).toEqual([]);
  });

  it('claims are mapped by their values, one to several roles, each on accounts of its own', () => {
    const roles = new Map([
      ['/shop', [{ role: 'sender', appids: [SHOP] }]],
      [
        '/all',
        [
          { role: 'viewer', appids: undefined },
          { role: 'sender', appids: [SCHOOL] },
        ],
      ],
    ]);
    const mapping = { ...groups, roles };
    expect(grantsOfClaims({ groups: ['/all', '/shop'] }, mapping)).toEqual([
      { appids: null, role: 'viewer' },
      { appids: [SHOP, SCHOOL], role: 'sender' },
    ]);
    // Once there is a map, names of roles are values like any other.
    expect(grantsOfClaims({ groups: ['admin'] }, mapping)).toEqual([]);
  });

  it('claims of accounts bound the roles that have none of their own; * is all of them, and none is none', () => {
    const mapping = { ...groups, accountsClaim: 'appids' };
    const given = (appids: unknown) => grantsOfClaims({ groups: ['editor'], appids }, mapping);
    expect(given([SHOP, 'nonsense'])).toEqual([{ appids: [SHOP], role: 'editor' }]);
    expect(given('*')).toEqual([{ appids: null, role: 'editor' }]);
    for (const none of [undefined, [], ['nonsense']]) expect(given(none)).toEqual([]);
  });

  it('claims that give a role on all accounts and on some give it on all', () => {
    const roles = new Map([
      ['a', [{ role: 'viewer', appids: [SHOP] }]],
      ['b', [{ role: 'viewer', appids: undefined }]],
    ]);
    for (const order of [
      ['a', 'b'],
      ['b', 'a'],
    ])
      expect(grantsOfClaims({ groups: order }, { ...groups, roles })).toEqual([
        { appids: null, role: 'viewer' },
      ]);
  });

  it('grants are the same in whatever order they stand, and others where anything differs', () => {
    const one = [
      { appids: [SHOP, SCHOOL], role: 'sender' },
      { appids: null, role: 'viewer' },
    ] as const;
    expect(areSameGrants(one, [one[1], { appids: [SCHOOL, SHOP], role: 'sender' }])).toBe(true);
    expect(areSameGrants(one, [one[1], { appids: [SHOP], role: 'sender' }])).toBe(false);
    expect(areSameGrants(one, [one[0], { appids: null, role: 'admin' }])).toBe(false);
  });

  it('every role can be named in the environment, and no other', () => {
    for (const role of ROLES) expect(faultOfRoleMap([`group=${role}`])).toBeUndefined();
    expect(faultOfRoleMap(['group=owner'])).toBeDefined();
  });
});

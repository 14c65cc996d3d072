import { DomainError, type FieldFault } from '../../kernel/domain-error.js';
import { createValidationPipe } from '../../http/validation.js';
import {
  AllAudienceDto,
  FormIdAudienceDto,
  GrantedAudienceDto,
  OpenidsAudienceDto,
  TagsAudienceDto,
} from './audience.dto.js';
import { CreateBroadcastDto } from './broadcast.dto.js';

const pipe = createValidationPipe();
const good = {
  appid: 'wx0000000000000001',
  templateId: 'tm',
  fields: { thing1: '你好' },
  audience: { kind: 'all' },
};
const parse = (body: unknown): Promise<CreateBroadcastDto> =>
  pipe.transform(body, { type: 'body', metatype: CreateBroadcastDto });
const faultsOf = async (change: object): Promise<readonly FieldFault[]> => {
  try {
    await parse({ ...good, ...change });
  } catch (error) {
    if (error instanceof DomainError) return error.extra.errors ?? [];
    throw error;
  }
  return [];
};
const faults = async (change: object): Promise<string[]> =>
  (await faultsOf(change)).map(({ path }) => path);

describe('broadcast.dto', () => {
  it.each([
    [{ kind: 'all' }, AllAudienceDto],
    [{ kind: 'openids', openids: ['oA'] }, OpenidsAudienceDto],
    [{ kind: 'tags', any: [1], none: [2] }, TagsAudienceDto],
    [{ kind: 'hasFormId' }, FormIdAudienceDto],
    [{ kind: 'granted' }, GrantedAudienceDto],
  ])('a request for a broadcast knows its audience by its kind: %j', async (audience, type) => {
    expect((await parse({ ...good, audience })).audience).toBeInstanceOf(type);
  });

  it.each([
    [{ audience: undefined }],
    [{ audience: 'all' }],
    [{ audience: [] }],
    [{ audience: [{ kind: 'all' }] }],
  ])('a request for a broadcast needs an audience: %j', async (change) => {
    expect(await faults(change)).toContain('audience');
  });

  it.each([
    [{}, 'audience.kind'],
    [{ kind: 'everybody' }, 'audience.kind'],
    [{ kind: 'openids' }, 'audience.openids'],
    [{ kind: 'openids', openids: 'oA' }, 'audience.openids'],
    [{ kind: 'all', openids: [] }, 'audience.openids'],
  ])('a request for a broadcast refuses the audience %j at %s', async (audience, path) => {
    expect(await faults({ audience })).toContain(path);
  });

  it.each([
    ['appid', ''],
    ['templateId', 7],
    ['fields', 'thing1'],
    ['fields', ['a']],
    ['url', 'javascript:alert(1)'],
    ['url', 'example.com'],
    ['url', 'https://example.com/\u0000'],
    ['name', 'a\u0000b'],
    ['name', 'half \ud800'],
    ['sendsPerSecond', 0],
    ['sendsPerSecond', 1.5],
    ['sendsPerSecond', '5'],
    ['surprise', 1],
  ])('a request for a broadcast refuses %s %j', async (path, value) => {
    expect(await faults({ [path]: value })).toEqual([path]);
  });

  it('a request for a broadcast refuses a mini program without a proper appid', async () => {
    expect(await faults({ miniprogram: { appid: 'x', pagepath: 'a' } })).toEqual([
      'miniprogram.appid',
    ]);
  });

  it.each([
    'http://localhost:8080/活动?a=1#b',
    'https://my_shop.example.com/',
    'https://用户.example/',
    'HTTPS://8.8.8.8:8443/x_y?u=https://a_b.c/',
  ])('a request for a broadcast takes the address %s', async (url) => {
    expect(await faults({ url })).toEqual([]);
  });

  it.each(['https://', 'http://a b/', 'https://a.example/\n', ' https://a.example/', 'http:///x'])(
    'a request for a broadcast refuses the address %j, and says what one looks like',
    async (url) => {
      expect(await faultsOf({ url })).toEqual([
        {
          path: 'url',
          code: 'is_url',
          message: expect.objectContaining({ en: expect.stringContaining('https://') }),
        },
      ]);
    },
  );

  it('a request for a broadcast takes an empty url, page or pagepath for one that was left out', async () => {
    const appid = 'wx0000000000000001';
    const parsed = await parse({
      ...good,
      url: '',
      page: '',
      miniprogram: { appid, pagepath: '' },
    });
    expect(parsed.url).toBeUndefined();
    expect(parsed.page).toBeUndefined();
    expect(parsed.miniprogram?.pagepath).toBeUndefined();
  });

  it('a request for a broadcast says of empty text that it is too short, not that it has control characters', async () => {
    expect(await faultsOf({ name: '' })).toEqual([
      {
        path: 'name',
        code: 'is_length',
        message: expect.objectContaining({ en: expect.stringContaining('1') }),
      },
    ]);
  });

  it('a request for a broadcast keeps the value of a field as it is', async () => {
    const fields = { thing1: ' 两 边 ' };
    const { fields: kept } = await parse({ ...good, fields });
    expect(kept?.['thing1']).toBe(' 两 边 ');
  });

  it('a request for a broadcast takes 20,000 openids as they are', async () => {
    const openids = Array.from({ length: 20_000 }, (_, i) => `o${i}`);
    const { audience } = await parse({ ...good, audience: { kind: 'openids', openids } });
    expect(audience).toMatchObject({ openids });
  });
});

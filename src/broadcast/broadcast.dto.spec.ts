import { DomainError } from '../kernel/domain-error.js';
import { createValidationPipe } from '../http/validation.js';
import {
  AllAudienceDto,
  FormIdAudienceDto,
  GrantedAudienceDto,
  LaterAudienceDto,
  OpenidsAudienceDto,
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
const faults = async (change: object): Promise<string[]> => {
  try {
    await parse({ ...good, ...change });
  } catch (error) {
    if (error instanceof DomainError) return (error.extra.errors ?? []).map(({ path }) => path);
    throw error;
  }
  return [];
};

describe('a request for a broadcast', () => {
  it.each([
    [{ kind: 'all' }, AllAudienceDto],
    [{ kind: 'openids', openids: ['oA'] }, OpenidsAudienceDto],
    [{ kind: 'tags', any: [1], none: [2] }, LaterAudienceDto],
    [{ kind: 'hasFormId' }, FormIdAudienceDto],
    [{ kind: 'granted' }, GrantedAudienceDto],
  ])('knows its audience by its kind: %j', async (audience, type) => {
    expect((await parse({ ...good, audience })).audience).toBeInstanceOf(type);
  });

  it.each([
    [{ audience: undefined }],
    [{ audience: 'all' }],
    [{ audience: [] }],
    [{ audience: [{ kind: 'all' }] }],
  ])('needs an audience: %j', async (change) => {
    expect(await faults(change)).toContain('audience');
  });

  it.each([
    [{}, 'audience.kind'],
    [{ kind: 'everybody' }, 'audience.kind'],
    [{ kind: 'openids' }, 'audience.openids'],
    [{ kind: 'openids', openids: 'oA' }, 'audience.openids'],
    [{ kind: 'all', openids: [] }, 'audience.openids'],
  ])('refuses the audience %j at %s', async (audience, path) => {
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
  ])('refuses %s %j', async (path, value) => {
    expect(await faults({ [path]: value })).toEqual([path]);
  });

  it('refuses a mini program without a proper appid', async () => {
    expect(await faults({ miniprogram: { appid: 'x', pagepath: 'a' } })).toEqual([
      'miniprogram.appid',
    ]);
  });

  it('takes addresses within a network, and Han in a path', async () => {
    expect(await faults({ url: 'http://localhost:8080/活动?a=1#b' })).toEqual([]);
  });

  it('keeps the value of a field as it is', async () => {
    const fields = { thing1: ' 两 边 ' };
    const { fields: kept } = await parse({ ...good, fields });
    expect(kept?.['thing1']).toBe(' 两 边 ');
  });

  it('takes 20,000 openids as they are', async () => {
    const openids = Array.from({ length: 20_000 }, (_, i) => `o${i}`);
    const { audience } = await parse({ ...good, audience: { kind: 'openids', openids } });
    expect(audience).toMatchObject({ openids });
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, placesOf } from '../../../src/http/openapi/document.js';
import { holdToContract } from '../../support/api/contract.js';
import { postable } from '../../support/worlds/example-table.js';
import { ProductWorld } from '../../support/worlds/product-world.js';

interface Example {
  /** As the router has it. */
  readonly name: string;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const document = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../openapi.json'), 'utf8'),
) as Document;

const EXAMPLES: readonly Example[] = placesOf(document).flatMap(({ path, method, operation }) =>
  Object.entries(operation.requestBody?.content ?? {})
    .filter(([type]) => /^application\/(merge-patch\+)?json$/.test(type)) // files are nobody's examples
    .map(([type, { example }]) => ({
      name: `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      type,
      body: example as Example['body'],
    })),
);

/** With these an installation begins; all others come after them. */
const FIRST = ['POST /v1/setup', 'POST /v1/accounts'];

describe('an example of openapi.json', () => {
  let world: ProductWorld;
  const answers = new Map<string, string>();

  beforeAll(async () => {
    // The account that the examples speak of is the pretend WeChat's own.
    const wechat = { appid: 'wx0123456789abcdef', followers: 2_000 };
    world = await ProductWorld.open({ name: 'PostgreSQL' }, wechat, { SANDBOX: 'on' });
    for (const name of FIRST)
      for (const example of EXAMPLES.filter((each) => each.name === name))
        answers.set(name, await post(example));
    const account = `/v1/accounts/${world.appid}`;
    await world.expect(200, 'POST', `${account}/templates/sync`);
    await world.expect(202, 'POST', `${account}/followers/sync`);
    const isSynced = async () =>
      (await world.call('GET', `${account}/followers/sync`)).json.state === 'done';
    await world.until(isSynced, 'the followers');
  });
  afterAll(() => world.close());

  /** `2xx`, or what the API says against it. */
  async function post({ name, type, body: example }: Example): Promise<string> {
    const { method, path, body, headers } = await postable(world, name, example);
    const answer = await fetch(`${world.url}${path}`, {
      method,
      headers: {
        ...(headers ?? { authorization: `Bearer ${world.adminKey}` }),
        'content-type': type,
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    const { status, ok } = answer;
    holdToContract({ method, path, status, type: answer.headers.get('content-type'), text });
    return ok ? '2xx' : `${status} ${text}`;
  }

  it('an example of openapi.json is there for every body that an operation takes', () => {
    expect(EXAMPLES.length).toBeGreaterThan(30);
    expect(EXAMPLES.filter(({ body }) => body === undefined)).toEqual([]);
  });

  it.each(EXAMPLES.map((example) => [example.name, example.type, example] as const))(
    'an example of openapi.json succeeds as it stands: %s with %s',
    async (name, _type, example) => {
      expect(answers.get(name) ?? (await post(example))).toBe('2xx');
      // Whoever is suppressed gets nothing by the examples that come after it.
      const { openid } = example.body;
      if (name === 'POST /v1/accounts/:appid/suppressions')
        await world.call('DELETE', `/v1/accounts/${world.appid}/suppressions/${String(openid)}`);
    },
  );
});

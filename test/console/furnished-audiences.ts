import { encoded } from '../support/uploads/encoded.js';
import type { ConsoleWorld } from './console-world.js';

/** Lists in several states, and tags that some people have. */
export async function furnishAudiences(product: ConsoleWorld['product']) {
  const { appid } = product;
  const people = Array.from({ length: 300 }, (_, n) => product.openid(n));
  const send = (name: string, text: string): Promise<string> =>
    product.uploaded(encoded('gb18030', text), 'previewed', { name });
  const stateOf = async (id: string): Promise<string> =>
    (await product.expect(200, 'GET', `/v1/uploads/${id}`)).json.state;
  const rows = people.map((openid, n) => `${openid},学员${n},2026-12-${(n % 28) + 1}`);
  rows.splice(
    7,
    0,
    '微信号 abc,赵六,2026-12-01',
    `${people[0]},张三,2026-12-02`,
    ',李四,2026-12-03',
  );
  const imported = await send('秋季学员', ['微信openid,姓名,到期日', ...rows, ''].join('\r\n'));
  await product.expect(202, 'POST', `/v1/uploads/${imported}/import`, {});
  await product.until(async () => (await stateOf(imported)) === 'ready', 'a list to be imported');
  const previewed = await send('双十一买家', ['openid,姓名', ...rows.slice(20)].join('\r\n'));
  const failed = await send('门店登记', '手机号,姓名\r\n13800000000,张三\r\n13800000001,李四\r\n');

  for (const [name, many] of [
    ['老客', 120],
    ['双十一买家', 40],
  ] as const) {
    const tag = await product.expect(201, 'POST', `/v1/accounts/${appid}/tags`, { name });
    const at = `/v1/accounts/${appid}/tags/${tag.json.id}/tag`;
    const { json } = await product.expect(202, 'POST', at, { openids: people.slice(0, many) });
    await product.until(async () => {
      const path = `/v1/accounts/${appid}/taggings/${json.id}`;
      return (await product.expect(200, 'GET', path)).json.state === 'done';
    }, 'people to be tagged');
  }
  await product.expect(202, 'POST', `/v1/accounts/${appid}/tags/sync`, {});
  await product.until(async () => {
    const { json } = await product.expect(200, 'GET', `/v1/accounts/${appid}/tags/sync`);
    return json.state === 'done';
  }, 'the tags to be read');
  return { imported, previewed, failed };
}

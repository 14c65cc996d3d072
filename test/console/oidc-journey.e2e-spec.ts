import { freePorts } from '../support/stores/free-ports.js';
import { CLIENT, TestProvider } from '../support/worlds/identity-provider.js';
import { ConsoleWorld, hasBrowser } from './console-world.js';

const journeys = hasBrowser ? describe : describe.skip;

journeys('a login by an identity provider, in a real browser', () => {
  let provider: TestProvider;
  let world: ConsoleWorld;
  beforeAll(async () => {
    provider = await TestProvider.open();
    // Another site than ours, as in life: cookies of one are not sent along by the other.
    provider.callItself(provider.url.replace('127.0.0.1', 'localhost'));
    const [port = 0] = await freePorts(1);
    const publicUrl = `http://127.0.0.1:${port}`;
    provider.register(publicUrl);
    world = await ConsoleWorld.open({
      PORT: String(port),
      PUBLIC_URL: publicUrl,
      PASSWORD_LOGIN: 'off',
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
      OIDC_ROLE_CLAIM: 'groups',
      OIDC_NAME: '飞书',
    });
  });
  afterAll(async () => {
    await world.close();
    await provider.close();
  });

  it('a person comes in by the identity provider where the link led, finds it in the settings, and leaves both', async () => {
    provider.person = { sub: '7', name: '韩梅梅', preferred_username: 'han', groups: ['admin'] };
    const visit = await world.visit();
    const { page } = visit;
    await page.goto(`${world.product.url}/settings/system`);
    await page.getByRole('link', { name: '用 飞书 登录' }).waitFor();
    expect(await page.getByLabel('密码', { exact: true }).count()).toBe(0);
    expect(await visit.audit()).toEqual([]);
    await page.getByRole('link', { name: '用 飞书 登录' }).click();

    await page.getByRole('heading', { name: /OIDC/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/settings/system');
    await page.getByText(`${world.product.url}/oidc/callback`).waitFor();
    expect(await visit.audit()).toEqual([]);

    // Behind the same session, but read by no script of ours: the cookie goes along.
    await page.goto(`${world.product.url}/oidc/login?next=/openapi.json`);
    await page.waitForURL(`${world.product.url}/openapi.json`);
    await page.getByText('"openapi"').first().waitFor();

    await page.goto(world.product.url);
    await page.getByRole('button', { name: /韩梅梅/ }).click();
    // The provider's own page, which comes next, may do as it likes.
    expect(visit.faults.filter((fault) => !fault.includes(provider.issuer))).toEqual([]);
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.waitForURL(`${provider.issuer}/session/end?**`);
    await page.getByRole('button', { name: /yes/i }).click();
    await page.waitForURL(`${world.product.url}/login`);
    await page.getByRole('link', { name: /用 飞书 登录/ }).waitFor();
    await visit.close();
  });
});

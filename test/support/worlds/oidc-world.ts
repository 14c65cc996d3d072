import { freePorts } from '../stores/free-ports.js';
import { CLIENT, TestProvider } from './identity-provider.js';
import { OidcBrowser } from './oidc-browser.js';
import { type OperatorsWorld, operatorsWorld } from './operators-world.js';

/** An installation whose people come in by a real identity provider on loopback. */
export interface OidcWorld extends OperatorsWorld {
  readonly provider: TestProvider;
  readonly publicUrl: string;
  /** Another one that knows nothing of former logins. */
  newcomer(): OidcBrowser;
}

const environmentFor = (issuer: string): Record<string, string> => ({
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: CLIENT.id,
  OIDC_CLIENT_SECRET: CLIENT.secret,
  OIDC_ROLE_CLAIM: 'groups',
  OIDC_ROLES: 'heads=admin,shop=sender@wx00000000000000aa,desk=support,desk=viewer',
});

export async function oidcWorld(
  environment: Readonly<Record<string, string>> = {},
  options: {
    readonly provider?: TestProvider;
    /** Of another process of the same installation. */
    readonly databaseUrl?: string;
    readonly publicUrl?: string;
  } = {},
): Promise<OidcWorld> {
  const provider = options.provider ?? (await TestProvider.open());
  const [port = 0] = await freePorts(1);
  const publicUrl = options.publicUrl ?? `http://127.0.0.1:${port}`;
  provider.register(publicUrl);
  const world = await operatorsWorld({
    port,
    publicUrl,
    environment: { ...environmentFor(provider.url), ...environment },
    ...(options.databaseUrl !== undefined && { databaseUrl: options.databaseUrl }),
  });
  return {
    ...world,
    provider,
    publicUrl,
    newcomer: () => new OidcBrowser(publicUrl),
    close: async () => {
      await world.close();
      if (options.provider === undefined) await provider.close();
    },
  };
}

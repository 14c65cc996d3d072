/** The `config` of a route that holds nobody's data and is open to all, such as the console's page and its files. */
export const OPEN_ROUTE = { open: true } as const;

export const isOpenRoute = (config: unknown): boolean =>
  (config as Partial<typeof OPEN_ROUTE> | undefined)?.open === true;

const PUBLIC: ReadonlySet<string> = new Set([
  '/login',
  '/oidc/login',
  '/oidc/callback',
  '/v1/login',
  '/v1/setup',
  '/health',
]);

/**
 * Which routes answer without a key, by the pattern that the router has matched: a path may be written in many
 * ways, its pattern cannot. Without a pattern no route matched, and that too is told to nobody without a key.
 */
export const isPublicRoute = (pattern: string | undefined): boolean =>
  pattern !== undefined &&
  (PUBLIC.has(pattern) || pattern.startsWith('/wechat/') || pattern.startsWith('/health/'));

import { isPublicRoute } from './public-routes.js';

describe('a route', () => {
  it.each(['/wechat/:appid/callback', '/health/live', '/health/ready', '/login', '/oidc/callback'])(
    'a route is for everybody: %s',
    (pattern) => expect(isPublicRoute(pattern)).toBe(true),
  );

  it.each([
    undefined,
    '',
    '/',
    '*',
    '/*',
    '/wechat',
    '/wechats/x',
    '/login/:x',
    '/logins',
    '/oidc',
    '/v1/oidc',
    '/v1/health/x',
  ])('a route is not for everybody: %s', (pattern) => expect(isPublicRoute(pattern)).toBe(false));
});

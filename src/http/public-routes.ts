/**
 * Which routes answer without a key, by the pattern that the router has matched: a path may be written in many
 * ways, its pattern cannot. No pattern means that no route matched, which is nobody's business either.
 */
export const isPublicRoute = (pattern: string | undefined): boolean =>
  pattern !== undefined &&
  (pattern === '/login' ||
    pattern === '/health' ||
    pattern.startsWith('/wechat/') ||
    pattern.startsWith('/health/'));

/**
 * The paths that are pages of the console, as the router and the service both write them. The service answers these
 * with the page and nothing else: an unknown path stays a 404.
 */
export const PAGES = [
  '/',
  '/setup',
  '/welcome',
  '/broadcasts',
  '/compose',
  '/compose/:id',
  '/broadcasts/:id',
  '/broadcasts/:id/deliveries',
  '/broadcasts/:id/errors',
  '/broadcasts/:id/timeline',
  '/broadcasts/:id/content',
  '/templates',
  '/recipients',
  '/audiences',
  '/audiences/uploads',
  '/audiences/uploads/:id',
  '/audiences/tags',
  '/audiences/blacklist',
  '/accounts',
  '/accounts/new',
  '/accounts/:appid',
  '/accounts/:appid/connect',
  '/settings',
  '/settings/members',
  '/settings/keys',
  '/settings/audit',
  '/settings/system',
  '/me',
] as const;

export type PagePath = (typeof PAGES)[number];

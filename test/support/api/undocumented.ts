import { CONSOLE } from '../worlds/access-table.js';

interface Named {
  readonly method: string;
  readonly pattern: string;
}

/** Routes that openapi.json leaves out, each with its reason. */
export const UNDOCUMENTED: readonly (readonly [RegExp, string])[] = [
  [/^\/$/, 'the bare address only leads a browser to a page'],
  [/^\/(login|logout)$/, 'forms for browsers without scripts; programs have /v1/login, /v1/logout'],
  [
    /^\/oidc\/(login|callback)$/,
    'where a browser is sent to the identity provider, and comes back',
  ],
  [/^\/openapi\.(json|yaml)$/, 'the document itself'],
  [/^\/docs(\/|$)/, 'the page of the document, and the files of that page'],
  [/^\/queues(\/|$)/, 'Bull Board, a plugin whose calls change with it'],
  [/^\/metrics$/, 'what Prometheus reads, in a format of its own'],
  [/^\/wechat\//, 'WeChat’s way in, whose contract is WeChat’s'],
];

/** Why a route is not in openapi.json; undefined for one that must be there. */
export const whyUndocumented = ({ method, pattern }: Named): string | undefined =>
  CONSOLE.has(`${method} ${pattern}`)
    ? 'pages and files of the console, which hold no data'
    : UNDOCUMENTED.find(([matches]) => matches.test(pattern))?.[1];

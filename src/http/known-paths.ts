import type { FastifyInstance, FastifyRequest } from 'fastify';

interface KnownPath {
  readonly matches: RegExp;
  readonly methods: Set<string>;
}

const paths = new WeakMap<object, Map<string, KnownPath>>();

/** Remembers each route of a server, whose router does not tell which other methods a path has. */
export function rememberPaths(instance: FastifyInstance): void {
  const known = new Map<string, KnownPath>();
  paths.set(instance.server, known);
  instance.addHook('onRoute', ({ url, method }) => {
    const path = known.get(url) ?? { matches: patternOf(url), methods: new Set<string>() };
    for (const each of [method].flat()) path.methods.add(each);
    known.set(url, path);
  });
}

/** Every route of a server, plugins' own included, as the router has it. */
export const routesOf = (server: object): { method: string; pattern: string }[] =>
  [...(paths.get(server) ?? [])].flatMap(([pattern, { methods }]) =>
    [...methods].map((method) => ({ method, pattern: pattern === '' ? '/' : pattern })),
  );

/** The pattern and the methods of a path that is known, for a request whose method is not among them. */
export function otherMethodsOf({
  server,
  url,
}: FastifyRequest): { pattern: string; methods: string[] } | undefined {
  const [path = ''] = url.split('?', 1);
  const found = [...(paths.get(server.server) ?? [])].filter(([, { matches }]) =>
    matches.test(path),
  );
  const [named] = found;
  if (named === undefined) return undefined;
  const methods = new Set(found.flatMap(([, known]) => [...known.methods]));
  return { pattern: named[0], methods: [...methods].sort() };
}

/** As the router reads a pattern: `:name` is one segment, `*` all that is left. */
function patternOf(url: string): RegExp {
  const parts = url.split(/(:\w+|\*)/).map((part) => {
    if (part === '*') return '.*';
    return part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join('')}$`);
}

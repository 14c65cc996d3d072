import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { DocsPages } from './docs-page.js';
import { DOCS_SCRIPT } from './docs-script.js';
import { DOCS_STYLE } from './docs-style.js';

/** Everything is ours and from here: no inline style or script, no other host. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

interface Request {
  readonly query: unknown;
  readonly params: unknown;
}

interface Reply {
  header(name: string, value: string): Reply;
  send(body: string): unknown;
}

interface Server {
  get(path: string, handler: (request: Request, reply: Reply) => unknown): unknown;
}

/** `/docs` and a page for each operation, behind the gate like everything; made when somebody first looks. */
export function mountDocs(server: Server, pages: () => DocsPages): void {
  server.get('/docs', ({ query }, reply) => sendPage(reply, pages().index(textOf(query, 'q'))));
  for (const [name, type, text] of FILES)
    server.get(`/docs/${name}`, (_request, reply) =>
      reply.header('content-type', type).header('cache-control', 'no-cache').send(text),
    );
  server.get('/docs/:operation', ({ params }, reply) => {
    const page = pages().operation(textOf(params, 'operation'));
    if (page === undefined) throw operationNotFound();
    return sendPage(reply, page);
  });
}

const FILES = [
  ['docs.css', 'text/css; charset=utf-8', DOCS_STYLE],
  ['docs.js', 'text/javascript; charset=utf-8', DOCS_SCRIPT],
] as const;

const sendPage = (reply: Reply, page: string): unknown =>
  reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', POLICY)
    .header('cache-control', 'no-cache')
    .send(page);

/** A parameter may be missing, or come twice. */
const textOf = (given: unknown, name: string): string => {
  const value = (given as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof value === 'string' ? value.slice(0, 200) : '';
};

const operationNotFound = (): DomainError =>
  new DomainError(
    'not-found',
    'operation_not_found',
    both('没有这个接口，接口一览见 /docs。', 'There is no such operation: /docs lists them.'),
  );

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { OPEN_ROUTE } from '../http/public-routes.js';
import { type Asset, type ConsoleFiles, type Encoding, ENDING } from './console-files.js';
import { consolePage } from './console-page.js';

/** A name that a build gave: it never means anything else. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * The console's addresses. They hold nobody's data, so they are open: the page itself asks who is there. What the
 * router of the console does not name stays a 404, and so does an asset that this build does not have.
 */
export function mountConsole(server: FastifyInstance, files: ConsoleFiles, basePath: string): void {
  const open = { config: OPEN_ROUTE };
  for (const path of files.pages)
    server.get(path, open, (_request, reply) => sendPage(reply, files, basePath));
  server.get('/console.json', open, (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ build: files.build }),
  );
  server.get('/favicon.svg', open, (request, reply) =>
    sendAsset(files.icon, 'public, max-age=86400', request, reply),
  );
  server.get<{ Params: { name: string } }>('/assets/:name', open, (request, reply) => {
    const asset = files.assets.get(request.params.name);
    if (asset === undefined) throw assetNotFound();
    return sendAsset(asset, FOR_EVER, request, reply);
  });
}

const assetNotFound = (): DomainError =>
  new DomainError(
    'not-found',
    'asset_not_found',
    both(
      '这个文件不属于现在的控制台，请刷新页面。',
      'This file is not part of the present console: reload the page.',
    ),
  );

function sendPage(reply: FastifyReply, files: ConsoleFiles, basePath: string): FastifyReply {
  const { html, policy } = consolePage(files, basePath);
  return reply
    .header('cache-control', 'no-store')
    .header('content-security-policy', policy)
    .type('text/html; charset=utf-8')
    .send(html);
}

async function sendAsset(
  { file, type, encodings }: Asset,
  cacheControl: string,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const encoding = encodings.find((each) => accepts(headers['accept-encoding'], each));
  const path = encoding === undefined ? file : `${file}${ENDING[encoding]}`;
  const { size } = await stat(path);
  if (encoding !== undefined) reply.header('content-encoding', encoding);
  if (encodings.length > 0) reply.header('vary', 'accept-encoding');
  return reply
    .header('cache-control', cacheControl)
    .header('content-length', size)
    .type(type)
    .send(createReadStream(path));
}

/** Whether a browser takes the encoding; `q=0` says that it does not. */
const accepts = (header: string | string[] | undefined, encoding: Encoding): boolean =>
  String(header ?? '')
    .split(',')
    .some((each) => {
      const [name, quality = ''] = each.trim().split(/ *; */);
      return name === encoding && !/^q=0(\.0*)?$/.test(quality);
    });

import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { HttpConfig } from '../config/config.js';
import { basePathOf } from './base-path.js';
import { DocsPages } from './docs/docs-page.js';
import { mountDocs } from './docs/docs-routes.js';
import type { Document } from './openapi/document.js';
import { finishedDocument } from './openapi/finished-document.js';
import { ProblemView } from './problem.dto.js';
import { isPublicRoute } from './public-routes.js';

const DESCRIPTION =
  'Sends one WeChat template message to every follower of an account, once, and proves it. ' +
  '微播：把一条微信模板消息发给公众号的每一位关注者，只发一次，并且可以证明。\n\n' +
  'Times are ISO 8601 with offset; ids and `msgid` are text. Lists answer `{ items, next }`: `next` goes into ' +
  '`?after=`, and is null at the end. What is refused is told as `Problem`, with a stable `code`.';

/** The API as OpenAPI describes it. */
export function openApiDocument(app: INestApplication, { publicUrl }: HttpConfig): Document {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Weicast')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    // Where it is called; under a path too. Else it is where the page is.
    .addServer(publicUrl ?? '/', 'This installation')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key.' }, 'key')
    .addCookieAuth(
      'weicast_session',
      {
        type: 'apiKey',
        in: 'cookie',
        description:
          'The session of somebody who has logged in, for pages of this installation. Over https its name begins ' +
          'with `__Host-` or `__Secure-`.',
      },
      'session',
    )
    .addSecurityRequirements('key')
    .addSecurityRequirements('session');
  const found = SwaggerModule.createDocument(app, builder.build(), { extraModels: [ProblemView] });
  return finishedDocument(found as unknown as Document, (path) => isPublicRoute(path));
}

/** `/openapi.json`, and `/docs` for people; made when somebody first looks. */
export function mountOpenApi(app: NestFastifyApplication, http: HttpConfig): void {
  let made: Document | undefined;
  const document = (): Document => (made ??= openApiDocument(app, http));
  SwaggerModule.setup('docs', app, () => document(), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    ui: false,
  });
  let pages: DocsPages | undefined;
  const place = { basePath: basePathOf(http.publicUrl), api: http.publicUrl ?? '$API' };
  mountDocs(app.getHttpAdapter().getInstance(), () => (pages ??= new DocsPages(document(), place)));
}

import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { HttpConfig } from '../config/config.js';

/** The API as OpenAPI describes it. */
function openApiDocument(app: INestApplication, { publicUrl }: HttpConfig): OpenAPIObject {
  const builder = new DocumentBuilder();
  // Where it is called; under a path too. Else it is where the page is.
  if (publicUrl !== undefined) builder.addServer(publicUrl);
  const info = builder
    .setTitle('Weicast')
    .setDescription(
      'Sends one WeChat template message to every follower of an account, once, and proves it.',
    )
    .setVersion('1')
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  return SwaggerModule.createDocument(app, info);
}

/** `/openapi.json` and the page `/docs`; made when somebody first looks. */
export function mountOpenApi(app: INestApplication, http: HttpConfig): void {
  let made: OpenAPIObject | undefined;
  SwaggerModule.setup('docs', app, () => (made ??= openApiDocument(app, http)), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Weicast API',
    swaggerOptions: { persistAuthorization: false },
  });
}

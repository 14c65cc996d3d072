import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { readEnvironment } from './config/environment.js';
import { resolveConfig } from './config/resolve-config.js';
import { documentFaults } from './http/openapi/document-faults.js';
import { untoldMembers } from './http/openapi/untold-members.js';
import { openApiDocument } from './http/openapi.js';

// Prints the API's document, which `npm run openapi` keeps in openapi.json, and what it leaves untold. In Nest's preview
// nothing is constructed: no store is asked and no port opened, so what the environment says matters to nobody.
const config = resolveConfig(readEnvironment({}), {
  databaseUrl: 'postgres://127.0.0.1/none',
  embedded: false,
  masterKeys: [],
});
const app = await NestFactory.create<NestFastifyApplication>(
  await AppModule.register(config),
  new FastifyAdapter(),
  {
    preview: true,
    logger: { log: () => {}, warn: tellDuplicates, error: tell },
    abortOnError: false,
  },
);
const document = openApiDocument(app, config.http);
process.stdout.write(JSON.stringify(document));
for (const fault of [...documentFaults(document), ...untoldMembers()]) tell(fault);

/** Nest warns of two classes with one name, of which the document would have only one; its other warnings are none. */
function tellDuplicates(warning: string): void {
  if (warning.startsWith('Duplicate')) tell(warning);
}

function tell(fault: string): void {
  process.stderr.write(`${fault.replaceAll('\n', ' ')}\n`);
}

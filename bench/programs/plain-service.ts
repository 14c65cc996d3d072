import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { PlainServiceModule } from './plain-service/plain-service.module.js';
import { readSettings } from './plain-service/settings.js';
import { createTables, type Tables } from './plain-service/tables.js';

/** Statements are short. Twenty keep two cores and one disk busy, and commit together. */
const CONNECTIONS = 20;

/** The service that a good team would write in a week: what Weicast is compared with. See docs/performance.md. */
const settings = readSettings(process.env);
const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: CONNECTIONS });
pool.on('error', () => {}); // of an idle connection: the pool replaces it
const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
await createTables(db);
const app = await NestFactory.create<NestFastifyApplication>(
  PlainServiceModule.register(settings, db),
  new FastifyAdapter(),
  { logger: ['error', 'warn'] },
);
app.useBodyParser('text/xml', {}, (_request, body, done) => done(null, body.toString()));
app.enableShutdownHooks();
await app.listen(settings.port, '127.0.0.1');

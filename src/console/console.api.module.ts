import { Logger, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { ConsoleConfig, HttpConfig } from '../config/config.js';
import { basePathOf } from '../http/base-path.js';
import { findConsoleFiles } from './console-files.js';
import { mountConsole } from './console-routes.js';

/** The console at `/`; without it, the bare address leads to the API's documentation. */
@Module({})
export class ConsoleApiModule implements OnModuleInit {
  readonly #logger = new Logger(ConsoleApiModule.name);
  readonly #host: HttpAdapterHost<FastifyAdapter>;
  readonly #http: HttpConfig;
  readonly #console: ConsoleConfig;
  #isServed = false;

  constructor(host: HttpAdapterHost<FastifyAdapter>, http: HttpConfig, console: ConsoleConfig) {
    this.#host = host;
    this.#http = http;
    this.#console = console;
  }

  /** Whether there is a console at `/`: it may be off, or not built. */
  get isServed(): boolean {
    return this.#isServed;
  }

  onModuleInit(): void {
    const server = this.#host.httpAdapter.getInstance();
    const basePath = basePathOf(this.#http.publicUrl);
    const files = this.#console.on ? findConsoleFiles() : undefined;
    if (files !== undefined) {
      mountConsole(server, files, basePath);
      this.#isServed = true;
      return;
    }
    if (this.#console.on)
      this.#logger.warn(
        'the console was not built and is left out: run "npm run build", or set CONSOLE=off',
      );
    server.get('/', (_request, reply) => reply.redirect(`${basePath}/docs`, 303));
  }
}

import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Where this process itself is to be called by this process. */
@Injectable()
export class OwnAddress {
  readonly #host: HttpAdapterHost;

  constructor(host: HttpAdapterHost) {
    this.#host = host;
  }

  /** Resolves once the process listens. */
  async callbackOf(appid: string): Promise<string> {
    const server = this.#host.httpAdapter.getHttpServer() as Server;
    if (!server.listening) await once(server, 'listening');
    const { address, family, port } = server.address() as AddressInfo;
    const host = /^(0\.0\.0\.0|::)$/.test(address) ? '127.0.0.1' : address;
    const named = family === 'IPv6' && host === address ? `[${host}]` : host;
    return `http://${named}:${port}/wechat/${appid}/callback`;
  }
}

import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isForeign } from '../../access/same-origin.js';
import { sessionCookie } from '../../access/session-cookie.js';
import { sessionOver } from '../../access/session-end.js';
import { SessionsService } from '../../access/sessions.service.js';
import { HttpConfig } from '../../config/config.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { OpenedSession } from '../login/session-opening.service.js';
import type { MeView } from './me.dto.js';
import { MeService } from './me.service.js';

/** How a login is answered: with the cookie, and with who has come in. */
@Injectable()
export class SessionAnswer {
  readonly #sessions: SessionsService;
  readonly #me: MeService;
  readonly #http: HttpConfig;

  constructor(sessions: SessionsService, me: MeService, http: HttpConfig) {
    this.#sessions = sessions;
    this.#me = me;
    this.#http = http;
  }

  /** A foreign page could else log a person in as somebody else, and watch what they do here. */
  refuseForeign({ headers }: FastifyRequest): void {
    if (!isForeign(headers, this.#http.publicUrl)) return;
    throw new DomainError(
      'forbidden',
      'cross_origin',
      both('请从本服务自己的页面登录。', 'Log in from a page of this installation.'),
    );
  }

  async send({ token }: OpenedSession, reply: FastifyReply): Promise<MeView> {
    const found = await this.#sessions.lookUp(token);
    if ('ended' in found) throw sessionOver(found.ended);
    void reply
      .header('set-cookie', sessionCookie(found.newToken ?? token, this.#http))
      .header('cache-control', 'no-store');
    return await this.#me.of(found.caller);
  }
}

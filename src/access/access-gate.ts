import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpConfig, LoginConfig } from '../config/config.js';
import { basePathOf } from '../http/base-path.js';
import type { RequestGate } from '../http/request-gate.js';
import { tellRefusal } from '../http/told-refusals.js';
import { both } from '../kernel/bilingual.js';
import { actingAs } from '../kernel/acting.js';
import { DomainError } from '../kernel/domain-error.js';
import { Metrics } from '../metrics/metrics.js';
import { isMistyped } from './api-key-text.js';
import { ApiKeysService } from './api-keys.service.js';
import { keyIn } from './bearer.js';
import { type Caller, callerOf, callingAs, mayEverywhere, setCaller } from './caller.js';
import { type LoginFailure, loginPage } from './login-page.js';
import { needsOfNative } from './native-routes.js';
import { passwordChangeRequired, permissionRequired } from './permission-required.js';
import { isSafeMethod, isSameOrigin } from './same-origin.js';
import { sessionCookie, sessionTokenOf } from './session-cookie.js';
import { type SessionEnd, sessionOver } from './session-end.js';
import { SessionsService } from './sessions.service.js';

/** Admits requests with a valid API key, or with a session of an operator or of a key. */
@Injectable()
export class AccessGate implements RequestGate {
  readonly #apiKeys: ApiKeysService;
  readonly #sessions: SessionsService;
  readonly #http: HttpConfig;
  readonly #metrics: Metrics;
  readonly #ways: LoginConfig;

  constructor(
    apiKeys: ApiKeysService,
    sessions: SessionsService,
    http: HttpConfig,
    metrics: Metrics,
    ways: LoginConfig,
  ) {
    this.#apiKeys = apiKeys;
    this.#sessions = sessions;
    this.#http = http;
    this.#metrics = metrics;
    this.#ways = ways;
  }

  async admit(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const found = await this.#callerOf(request, reply);
    if (isCaller(found)) {
      refuseNative(found, request.routeOptions.url);
      setCaller(request, found);
      return true;
    }
    this.#metrics.unauthenticated.inc({ how: this.#howOf(request) });
    if (!wantsPage(request)) throw found === undefined ? unknownKey(request) : sessionOver(found);
    tellRefusal(request, { code: found ?? 'unauthenticated' });
    this.#offerLogin(request, reply, found && FAILURE_OF[found]);
    return false;
  }

  within(request: FastifyRequest, work: () => void): void {
    const caller = callerOf(request);
    if (caller === undefined) return work();
    const { kind, id, name } = caller;
    const actor = { kind, id, name, ip: request.ip, requestId: request.id };
    actingAs(actor, () => callingAs(caller, work));
  }

  #offerLogin(
    request: FastifyRequest,
    reply: FastifyReply,
    failure: LoginFailure | undefined,
  ): void {
    const basePath = basePathOf(this.#http.publicUrl);
    void reply
      .code(401)
      .header('www-authenticate', 'Bearer')
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(loginPage({ next: request.url, failure, basePath, ways: this.#ways }));
  }

  #howOf({ headers }: FastifyRequest): 'wrong_key' | 'old_session' | 'no_key' {
    if (headers.authorization !== undefined) return 'wrong_key';
    return sessionTokenOf(headers.cookie, this.#http) === undefined ? 'no_key' : 'old_session';
  }

  /** A caller, why there is none any more, or undefined where nobody says who they are. */
  async #callerOf(
    { headers, method }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Caller | SessionEnd | undefined> {
    if (headers.authorization !== undefined) {
      const key = keyIn(headers.authorization);
      return key === undefined ? undefined : await this.#apiKeys.callerWith(key);
    }
    const token = sessionTokenOf(headers.cookie, this.#http);
    if (token === undefined) return undefined;
    const found = await this.#sessions.lookUp(token);
    if ('ended' in found) return found.ended;
    // A browser sends its cookie whichever page asks; a key is only sent on purpose.
    if (!isSafeMethod(method) && !isSameOrigin(headers, this.#http.publicUrl)) throw crossOrigin();
    if (found.newToken !== undefined) {
      void reply.header('set-cookie', sessionCookie(found.newToken, this.#http));
    }
    const { caller } = found;
    if (caller.viaSession !== undefined && isActive(method, headers)) {
      await this.#sessions.prolong(caller.viaSession.id);
    }
    return caller;
  }
}

const unknownKey = ({ headers }: FastifyRequest): DomainError =>
  isMistyped(keyIn(headers.authorization ?? '') ?? '') ? mistyped() : unauthenticated();

const mistyped = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'api_key_mistyped',
    both(
      '这个 API 密钥抄错或被截断了（校验和不符），请完整复制。',
      'A letter of this API key is wrong or missing, as its checksum does not fit: copy all of it.',
    ),
  );

const isCaller = (found: Caller | SessionEnd | undefined): found is Caller =>
  typeof found === 'object';

const FAILURE_OF: Readonly<Record<SessionEnd, LoginFailure>> = {
  session_expired: 'session-ended',
  session_ended: 'session-ended',
  password_changed: 'password-changed',
  disabled: 'disabled',
};

/** A person is there: they change something, open a page, or the page says that they use it. Polling is nobody. */
const isActive = (method: string, headers: FastifyRequest['headers']): boolean =>
  !isSafeMethod(method) ||
  headers['sec-fetch-mode'] === 'navigate' ||
  headers['x-weicast-active'] === '1';

/** Routes that plugins bring, which no guard sees. */
function refuseNative(caller: Caller, url: string | undefined): void {
  const native = needsOfNative(url);
  if (native === undefined) return;
  if (caller.viaSession?.mustChangePassword === true) throw passwordChangeRequired();
  if (!mayEverywhere(caller, native.permission)) throw permissionRequired(caller, native);
}

const crossOrigin = (): DomainError =>
  new DomainError(
    'forbidden',
    'cross_origin',
    both(
      '登录会话只能在本服务自己的页面上做修改，请改用 API key。',
      'A session changes things only from a page of this installation: send an API key instead.',
    ),
  );

/** The request of a person who opens a page in a browser. */
const wantsPage = ({ method, headers }: FastifyRequest): boolean =>
  method === 'GET' &&
  headers.authorization === undefined &&
  headers.accept?.includes('text/html') === true;

const unauthenticated = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'unauthenticated',
    both(
      '请带上请求头 "Authorization: Bearer <api key>"（有效的 key），或在 /login 登录。',
      'Send "Authorization: Bearer <api key>" with a key that is good, or log in at /login.',
    ),
  );

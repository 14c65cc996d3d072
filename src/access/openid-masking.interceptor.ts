import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { invalidCursor } from '../http/id-cursor.js';
import { PathAccounts } from '../http/path-accounts.js';
import { type Caller, callerOf, may, mayEverywhere } from './caller.js';
import { CursorSeal } from './cursor-seal.js';
import { maskedOpenids } from './masked-openids.js';

/** Lists in the order of openids, whose `next` is one. */
const BY_OPENID =
  /\/(followers|suppressions|form-ids|:id\/deliveries|:id\/rows|testers|members|failures|blacklist)$/;

/**
 * The one place where openids are masked for callers without `openid.reveal`: in whatever our controllers answer.
 * Streams and files are written elsewhere, and hold none.
 */
@Injectable()
export class OpenidMasking implements NestInterceptor {
  readonly #paths: PathAccounts;
  readonly #cursors: CursorSeal;

  constructor(paths: PathAccounts, cursors: CursorSeal) {
    this.#paths = paths;
    this.#cursors = cursors;
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = callerOf(request);
    if (caller === undefined || mayEverywhere(caller, 'openid.reveal')) return next.handle();
    const appid = await this.#accountOf(caller, request);
    const isRevealed = (of: string | undefined): boolean =>
      of !== undefined && may(caller, 'openid.reveal', of);
    const { url: pattern = '' } = request.routeOptions;
    const isSealed = BY_OPENID.test(pattern) && !isRevealed(appid);
    if (isSealed) this.#openCursor(request, pattern);
    return next.handle().pipe(
      map((answer) => {
        const masked = maskedOpenids(answer, isRevealed, appid);
        return isSealed ? this.#sealCursor(masked, pattern) : masked;
      }),
    );
  }

  /** Of the path; looked up only for somebody who sees openids on some account. */
  async #accountOf(caller: Caller, request: FastifyRequest): Promise<string | undefined> {
    const { params, routeOptions } = request;
    const { appid } = (params ?? {}) as { appid?: unknown };
    if (typeof appid === 'string') return appid;
    if (!may(caller, 'openid.reveal')) return undefined;
    return await this.#paths.appidOf(routeOptions.url ?? '', params);
  }

  #openCursor({ query }: FastifyRequest, pattern: string): void {
    const asked = query as { after?: unknown };
    if (asked.after === undefined) return;
    const after =
      typeof asked.after === 'string' ? this.#cursors.open(asked.after, pattern) : undefined;
    if (after === undefined) throw invalidCursor();
    asked.after = after;
  }

  #sealCursor(answer: unknown, pattern: string): unknown {
    const { next } = (answer ?? {}) as { next?: unknown };
    if (typeof next !== 'string') return answer;
    return { ...(answer as object), next: this.#cursors.seal(next, pattern) };
  }
}

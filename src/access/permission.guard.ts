import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { isPublicRoute } from '../http/public-routes.js';
import { AccountIsolation } from './account-isolation.js';
import { callerOf } from './caller.js';
import { NEEDS, type Needs } from './needs.decorator.js';
import { passwordChangeRequired, permissionRequired } from './permission-required.js';

/** After the gate: may this caller do that, on the account that the request names? */
@Injectable()
export class PermissionGuard implements CanActivate {
  readonly #reflector: Reflector;
  readonly #isolation: AccountIsolation;

  constructor(reflector: Reflector, isolation: AccountIsolation) {
    this.#reflector = reflector;
    this.#isolation = isolation;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (isPublicRoute(request.routeOptions.url)) return true;
    const needs = this.#reflector.getAllAndOverride<Needs | undefined>(NEEDS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const caller = callerOf(request);
    if (caller === undefined || needs === undefined) throw permissionRequired(caller, needs);
    if (caller.viaSession?.mustChangePassword === true && needs.permission !== 'self') {
      throw passwordChangeRequired();
    }
    await this.#isolation.check(caller, needs, request);
    return true;
  }
}

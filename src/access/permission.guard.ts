import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { PathAccounts } from '../http/path-accounts.js';
import { isPublicRoute } from '../http/public-routes.js';
import { callerOf, may, mayEverywhere } from './caller.js';
import { NEEDS, type Needs } from './needs.decorator.js';
import { permissionRequired } from './permission-required.js';

/** After the gate: may this caller do that, on the account that the request names? */
@Injectable()
export class PermissionGuard implements CanActivate {
  readonly #reflector: Reflector;
  readonly #paths: PathAccounts;

  constructor(reflector: Reflector, paths: PathAccounts) {
    this.#reflector = reflector;
    this.#paths = paths;
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
    const appid = await this.#appidOf(request);
    const permitted = needs.everywhere
      ? mayEverywhere(caller, needs.permission)
      : may(caller, needs.permission, appid);
    if (!permitted) throw permissionRequired(caller, needs, appid);
    return true;
  }

  async #appidOf({
    params,
    query,
    body,
    routeOptions,
  }: FastifyRequest): Promise<string | undefined> {
    const named = [params, query, body].map(
      (part) => (part as { appid?: unknown } | null | undefined)?.appid,
    );
    const appid = named.find((each): each is string => typeof each === 'string');
    return appid ?? (await this.#paths.appidOf(routeOptions.url ?? '', params));
  }
}

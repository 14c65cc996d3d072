import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { isPublicRoute } from '../http/public-routes.js';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { callerOf } from './caller.js';
import { mayAct, REQUIRED_ROLE, type Role } from './role.decorator.js';

/** After the gate: may this caller do that? A handler that names no role is for admins. */
@Injectable()
export class RoleGuard implements CanActivate {
  readonly #reflector: Reflector;

  constructor(reflector: Reflector) {
    this.#reflector = reflector;
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (isPublicRoute(request.routeOptions.url)) return true;
    const targets = [context.getHandler(), context.getClass()];
    const required = this.#reflector.getAllAndOverride<Role | undefined>(REQUIRED_ROLE, targets);
    const caller = callerOf(request);
    if (caller !== undefined && mayAct(caller.role, required ?? 'admin')) return true;
    throw new DomainError(
      'forbidden',
      'role_required',
      both(
        `需要角色 "${required ?? 'admin'}"，当前 key "${caller?.name ?? ''}" 的角色是 "${caller?.role ?? 'none'}"，请换用有权限的 key。`,
        `This needs the role "${required ?? 'admin'}"; the key "${caller?.name ?? ''}" has "${caller?.role ?? 'none'}". Use one that has it.`,
      ),
    );
  }
}

import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import { PathAccounts } from '../http/path-accounts.js';
import { isPublicRoute } from '../http/public-routes.js';
import { cannotStart } from '../kernel/start-fault.js';
import { type ApiHandler, handlersOf } from './api-handlers.js';
import { OF_NO_ACCOUNT } from './permissions.js';

/** Refuses a start with a route that nobody has fenced: what it needs, and whose the object is that it names. */
@Injectable()
export class DeclaredNeeds implements OnModuleInit, OnApplicationBootstrap {
  readonly #discovery: DiscoveryService;
  readonly #reflector: Reflector;
  readonly #accounts: PathAccounts;

  constructor(discovery: DiscoveryService, reflector: Reflector, accounts: PathAccounts) {
    this.#discovery = discovery;
    this.#reflector = reflector;
    this.#accounts = accounts;
  }

  onModuleInit(): void {
    const routes = this.#namesWhere(
      ({ needs, paths }) => needs === undefined && !paths.every(isPublicRoute),
    );
    if (routes === '') return;
    throw cannotStart(
      `以下路由没有用 @Needs 声明所需权限：${routes}。`,
      `these routes do not declare with @Needs what they need: ${routes}.`,
    );
  }

  /** Once all modules have told which objects they know. */
  onApplicationBootstrap(): void {
    const routes = this.#namesWhere(({ needs, paths }) => {
      if (needs === undefined || needs.everywhere || OF_NO_ACCOUNT.has(needs.permission))
        return false;
      return paths.some((path) => path.includes(':') && !this.#isKnown(path));
    });
    if (routes === '') return;
    throw cannotStart(
      `以下路由指向的对象，没有模块说明属于哪个公众号（PathAccounts）：${routes}。`,
      `these routes name an object whose account nobody tells (PathAccounts): ${routes}.`,
    );
  }

  #isKnown(path: string): boolean {
    return path.includes('/:appid') || this.#accounts.sourceOf(path) !== undefined;
  }

  #namesWhere(isFaulty: (handler: ApiHandler) => boolean): string {
    return handlersOf(this.#discovery, this.#reflector)
      .filter(isFaulty)
      .map(({ name }) => name)
      .join(', ');
  }
}

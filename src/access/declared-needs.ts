import { Injectable, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { isPublicRoute } from '../http/public-routes.js';
import { cannotStart } from '../kernel/start-fault.js';
import { NEEDS } from './needs.decorator.js';

type Handler = (...args: unknown[]) => unknown;

/** Refuses a start with a route of which nobody has said what it needs. */
@Injectable()
export class DeclaredNeeds implements OnModuleInit {
  readonly #discovery: DiscoveryService;
  readonly #reflector: Reflector;

  constructor(discovery: DiscoveryService, reflector: Reflector) {
    this.#discovery = discovery;
    this.#reflector = reflector;
  }

  onModuleInit(): void {
    const forgotten = this.#discovery
      .getControllers()
      .flatMap(({ metatype, instance }) => this.#forgottenOf(metatype, instance));
    if (forgotten.length === 0) return;
    const routes = forgotten.join(', ');
    throw cannotStart(
      `以下路由没有用 @Needs 声明所需权限：${routes}。`,
      `these routes do not declare with @Needs what they need: ${routes}.`,
    );
  }

  #forgottenOf(controller: unknown, instance: unknown): string[] {
    if (typeof controller !== 'function' || typeof instance !== 'object' || instance === null)
      return [];
    const prototype = Object.getPrototypeOf(instance) as Record<string, Handler>;
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((method) => {
      const handler = prototype[method];
      if (handler === undefined || Reflect.getMetadata(METHOD_METADATA, handler) === undefined)
        return [];
      const needs: unknown = this.#reflector.getAllAndOverride(NEEDS, [
        handler,
        controller as Handler,
      ]);
      const forgets = needs === undefined && !pathsOf(controller, handler).every(isPublicRoute);
      return forgets ? [`${controller.name}.${method}`] : [];
    });
  }
}

const pathsOf = (controller: object, handler: Handler): string[] =>
  textsAt(controller).flatMap((prefix) =>
    textsAt(handler).map((path) =>
      `/${prefix}/${path}`.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1'),
    ),
  );

const textsAt = (target: object): string[] => {
  const path: unknown = Reflect.getMetadata(PATH_METADATA, target);
  return [path ?? ''].flat().map(String);
};

import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { type DiscoveryService, MetadataScanner, type Reflector } from '@nestjs/core';
import { NEEDS, type Needs } from './needs.decorator.js';

type Handler = (...args: unknown[]) => unknown;

/** A method of a controller that answers requests. */
export interface ApiHandler {
  readonly name: string;
  /** As the router has them. */
  readonly paths: readonly string[];
  readonly needs: Needs | undefined;
}

export const handlersOf = (discovery: DiscoveryService, reflector: Reflector): ApiHandler[] =>
  discovery.getControllers().flatMap(({ metatype, instance }) => {
    if (typeof metatype !== 'function' || typeof instance !== 'object' || instance === null)
      return [];
    const prototype = Object.getPrototypeOf(instance) as Record<string, Handler>;
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((method) => {
      const handler = prototype[method];
      if (handler === undefined || Reflect.getMetadata(METHOD_METADATA, handler) === undefined)
        return [];
      const name = `${metatype.name}.${method}`;
      const needs = reflector.getAllAndOverride<Needs | undefined>(NEEDS, [
        handler,
        metatype as Handler,
      ]);
      return [{ name, paths: pathsOf(metatype, handler), needs }];
    });
  });

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

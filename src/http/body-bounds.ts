import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What a route takes more, or less, of than others. */
interface BodyConfig {
  readonly bodyLimit?: number;
  readonly lists?: ListBounds;
}

/** How many items a list may have, by the path at which it stands in the body, such as `audience.openids`. */
export type ListBounds = Readonly<Record<string, number>>;

/** For a route whose bodies are small: as many bytes, and no more are read. */
export const TakesBytes = (bodyLimit: number): MethodDecorator => RouteConfig({ bodyLimit });

/** For a route that takes long lists; any other array has at most `MOST_ITEMS`. */
export const TakesLists = (lists: ListBounds): MethodDecorator => RouteConfig({ lists });

export const listsOf = ({ routeOptions }: FastifyRequest): ListBounds =>
  (routeOptions.config as BodyConfig).lists ?? {};

/** Fastify knows a limit of a route's own by an option that Nest does not pass on. */
export function heedBodyLimits(instance: FastifyInstance): void {
  instance.addHook('onRoute', (route) => {
    const { bodyLimit } = (route.config ?? {}) as BodyConfig;
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
}

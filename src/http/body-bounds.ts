import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Bounds of one route's body that differ from the common ones. */
interface BodyConfig {
  readonly mergePatch?: boolean;
  readonly bodyLimit?: number;
  readonly lists?: ListBounds;
  readonly streams?: boolean;
}

/** How many items a list may have, by the path at which it stands in the body, such as `audience.openids`. */
export type ListBounds = Readonly<Record<string, number>>;

/** For a route whose bodies are small: no more bytes than this are read. */
export const TakesBytes = (bodyLimit: number): MethodDecorator => RouteConfig({ bodyLimit });

/** Of files, for the routes that take one as it comes. */
export const FILE_TYPES = [
  'multipart/form-data',
  'text/csv',
  'text/tab-separated-values',
  'application/x-ndjson',
  'application/octet-stream',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
] as const;

/** What a route that takes a file may have in hand of it; the rest stays with whoever sends it. */
const IN_HAND_BYTES = 4 * 1024 * 1024;

/** For a route that takes a file as it comes: nothing parses it before the handler. */
export const TakesStream = (): MethodDecorator =>
  RouteConfig({ streams: true, bodyLimit: IN_HAND_BYTES });

export const takesStream = ({ routeOptions }: FastifyRequest): boolean =>
  (routeOptions.config as BodyConfig | undefined)?.streams ?? false;

/** For a route that takes long lists; any other array has at most `MAX_ITEMS`. */
export const TakesLists = (
  lists: ListBounds,
  more: Pick<BodyConfig, 'mergePatch'> = {},
): MethodDecorator => RouteConfig({ lists, ...more });

/** JSON that is merged into what there is (RFC 7396). */
export const MERGE_PATCH = 'application/merge-patch+json';
export const isMergePatch = (type: string | undefined): boolean =>
  type?.split(';')[0]?.trim().toLowerCase() === MERGE_PATCH;

export const takesMergePatch = ({ routeOptions }: FastifyRequest): boolean =>
  (routeOptions.config as BodyConfig).mergePatch ?? false;

export const listsOf = ({ routeOptions }: FastifyRequest): ListBounds =>
  (routeOptions.config as BodyConfig).lists ?? {};

/** Gives Fastify the limit of each route, in an option that Nest does not pass on. */
export function heedBodyLimits(instance: FastifyInstance): void {
  instance.addHook('onRoute', (route) => {
    const { bodyLimit } = (route.config ?? {}) as BodyConfig;
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
}

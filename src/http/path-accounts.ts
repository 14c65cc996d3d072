import { Injectable } from '@nestjs/common';

/** Whose the objects are that paths name by an id of their own, such as a broadcast's. */
export interface PathSource {
  /** Whether it knows the objects of a pattern, such as `/v1/broadcasts/:id/pause`. */
  matches(pattern: string): boolean;
  /** Undefined where there is no such object. */
  appidOf(params: unknown): Promise<string | undefined>;
  /** What the route answers where there is no such object; so it does for one that the caller does not see. */
  absent(pattern: string, params: unknown): Error;
}

/** Finds the account of a path that holds another id. Modules with such ids register at start. */
@Injectable()
export class PathAccounts {
  readonly #sources: PathSource[] = [];

  learnFrom(source: PathSource): void {
    this.#sources.push(source);
  }

  sourceOf(pattern: string): PathSource | undefined {
    return this.#sources.find((source) => source.matches(pattern));
  }

  appidOf(pattern: string, params: unknown): Promise<string | undefined> | undefined {
    return this.sourceOf(pattern)?.appidOf(params);
  }
}

import type { OnModuleInit } from '@nestjs/common';
import { isUuid } from './id-cursor.js';
import type { PathAccounts, PathSource } from './path-accounts.js';

/** Tells which account a path belongs to that names an object by its UUID. */
export abstract class UuidPaths implements OnModuleInit, PathSource {
  /** Of the patterns that name one, such as `/v1/uploads/:id/rows`. */
  protected abstract readonly pattern: RegExp;
  /** What the pattern calls the id. */
  protected readonly param: string = 'id';
  readonly #paths: PathAccounts;

  constructor(paths: PathAccounts) {
    this.#paths = paths;
  }

  /** Undefined where there is no such object. @param id in small letters */
  protected abstract ownerOf(id: string): Promise<string | undefined>;

  /** What the route answers where there is no such object. */
  protected abstract notFound(id: string, pattern: string): Error;

  onModuleInit(): void {
    this.#paths.learnFrom(this);
  }

  matches(pattern: string): boolean {
    return this.pattern.test(pattern);
  }

  async appidOf(params: unknown): Promise<string | undefined> {
    const id = this.#idIn(params);
    return isUuid(id) ? await this.ownerOf(id.toLowerCase()) : undefined;
  }

  absent(pattern: string, params: unknown): Error {
    // As the route writes it: an id of another form is cut short, as it may be anything.
    const id = this.#idIn(params);
    return this.notFound(isUuid(id) ? id.toLowerCase() : id.slice(0, 64), pattern);
  }

  #idIn(params: unknown): string {
    const id = ((params ?? {}) as Readonly<Record<string, unknown>>)[this.param];
    return typeof id === 'string' ? id : '';
  }
}

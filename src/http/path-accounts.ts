import { Injectable } from '@nestjs/common';

/** Returns undefined at once for a pattern, such as `/v1/broadcasts/:id/pause`, of another source. */
type Source = (pattern: string, params: unknown) => Promise<string | undefined> | undefined;

/** Finds the account of a path that holds another id, such as a broadcast's. Modules with such ids register at start. */
@Injectable()
export class PathAccounts {
  readonly #sources: Source[] = [];

  learnFrom(source: Source): void {
    this.#sources.push(source);
  }

  appidOf(pattern: string, params: unknown): Promise<string | undefined> | undefined {
    for (const source of this.#sources) {
      const appid = source(pattern, params);
      if (appid !== undefined) return appid;
    }
    return undefined;
  }
}

import { Injectable } from '@nestjs/common';

/** Undefined at once for a pattern, such as `/v1/broadcasts/:id/pause`, that is not the source's. */
type Source = (pattern: string, params: unknown) => Promise<string | undefined> | undefined;

/** Whose account it is that a path names by another id: whoever has such ids says once, at start, how to learn it. */
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

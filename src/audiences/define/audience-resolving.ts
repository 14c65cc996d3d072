import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import type { ResolvedAudience, ResolvedTag, ResolvedTags } from '../record/resolved-audience.js';
import {
  audienceGone,
  audiencePurged,
  broadcastOpen,
  savedNotAvailable,
  sourceNotFound,
  tagNotKnown,
  tagsNotForAccount,
  tagsNotSynced,
  tagsTooOld,
  tooManyOpenids,
  tooManySources,
  uploadNotReady,
} from './audience-refusals.js';
import { AudienceLookup, type FoundTag } from './audience-lookup.js';
import type { AudienceRequest, RequestedTags } from './audience-request.js';
import { partsOf } from './sources.js';

/** Every part of a page is a range of an index: so many are read in the time that a page may take. */
const MOST_PARTS = 60;
/** A list that stands in the audience itself, and is read with every page. */
const MOST_OPENIDS = 1_000;

/** Reads a list of openids: refuses what is no openid, and has each once. */
export type ReadOpenids = (
  given: readonly unknown[],
  path: string,
) => Promise<{ readonly openids: readonly string[]; readonly duplicates: number }>;

/** Looks up what an audience names, once: what is sent to is what was found then. */
@Injectable()
export class AudienceResolving {
  readonly #lookup: AudienceLookup;

  constructor(lookup: AudienceLookup) {
    this.#lookup = lookup;
  }

  async resolve(
    account: Account,
    request: AudienceRequest,
    readOpenids: ReadOpenids,
    path = 'audience',
  ): Promise<ResolvedAudience> {
    const resolution = new Resolution(account, this.#lookup, readOpenids);
    const resolved = await resolution.of(request, path);
    const parts = partsOf(resolved).length;
    if (parts > MOST_PARTS) throw tooManySources(path, { parts, most: MOST_PARTS });
    return resolved;
  }
}

class Resolution {
  #tags: Promise<FoundTag[]> | undefined;

  constructor(
    readonly account: Account,
    readonly lookup: AudienceLookup,
    readonly readOpenids: ReadOpenids,
  ) {}

  async of(request: AudienceRequest, path: string): Promise<ResolvedAudience> {
    const resolved = await this.#kind(request, path);
    if (request.exclude === undefined) return resolved;
    const exclude = await this.#all(request.exclude, `${path}.exclude`);
    return { ...resolved, exclude };
  }

  async #all(requests: readonly AudienceRequest[], path: string): Promise<ResolvedAudience[]> {
    const resolved: ResolvedAudience[] = [];
    for (const [at, each] of requests.entries())
      resolved.push(await this.of(each, `${path}[${at}]`));
    return resolved;
  }

  async #kind(request: AudienceRequest, path: string): Promise<ResolvedAudience> {
    switch (request.kind) {
      case 'all':
      case 'granted':
      case 'hasFormId':
        return { kind: request.kind };
      case 'openids': {
        const { openids, duplicates } = await this.readOpenids(request.openids, `${path}.openids`);
        if (openids.length > MOST_OPENIDS)
          throw tooManyOpenids(`${path}.openids`, { most: MOST_OPENIDS });
        return { kind: 'openids', count: openids.length, duplicates, openids };
      }
      case 'tags':
        return this.#tagged(request, path);
      case 'upload':
        return this.#upload(request.uploadId, `${path}.uploadId`);
      case 'saved':
        throw savedNotAvailable(`${path}.kind`);
      case 'broadcast': {
        await this.#broadcast(request.broadcastId, `${path}.broadcastId`, 'expanded');
        const { exclude: _, ...asked } = request;
        return asked;
      }
      case 'remaining':
        return this.#remaining(request.broadcastId, `${path}.broadcastId`);
      case 'union':
        return { kind: 'union', of: await this.#all(request.of, `${path}.of`) };
    }
  }

  async #tagged(request: RequestedTags, path: string): Promise<ResolvedTags> {
    if (this.account.kind !== 'service') throw tagsNotForAccount(`${path}.kind`);
    const found = new Map<number, FoundTag>();
    const resolved: Record<'any' | 'all' | 'none', ResolvedTag[]> = { any: [], all: [], none: [] };
    for (const name of ['any', 'all', 'none'] as const)
      for (const [at, given] of request[name].entries()) {
        const tag = await this.#tag(given, `${path}.${name}[${at}]`, request.maxAgeMinutes);
        found.set(tag.id, tag);
        if (!resolved[name].some(({ id }) => id === tag.id))
          resolved[name].push({ id: tag.id, name: tag.name });
      }
    const size = ({ id }: ResolvedTag): number => found.get(id)?.members ?? 0;
    const times = [...found.values()].flatMap(({ asOf }) => (asOf === null ? [] : [asOf]));
    const asOf = times.toSorted((a, b) => a.getTime() - b.getTime())[0];
    return {
      kind: 'tags',
      any: resolved.any.toSorted((a, b) => size(b) - size(a)),
      all: resolved.all.toSorted((a, b) => size(a) - size(b)),
      none: resolved.none,
      ...(request.maxAgeMinutes !== undefined && { maxAgeMinutes: request.maxAgeMinutes }),
      ...(asOf && { asOf: asOf.toISOString() }),
    };
  }

  async #tag(given: number | string, path: string, most: number | undefined): Promise<FoundTag> {
    this.#tags ??= this.lookup.tags(this.account.id);
    const tag = (await this.#tags).find(({ id, name }) =>
      typeof given === 'number' ? id === given : name === given.trim(),
    );
    const { appid } = this.account;
    if (tag === undefined) throw tagNotKnown(path, { tag: String(given) });
    const { name, asOf, ageMinutes } = tag;
    if (asOf === null) throw tagsNotSynced(path, { tag: name, appid });
    if (most !== undefined && (ageMinutes ?? 0) > most)
      throw tagsTooOld(path, { tag: name, asOf: asOf.toISOString(), most, appid });
    return tag;
  }

  async #upload(uploadId: string, path: string): Promise<ResolvedAudience> {
    const upload = await this.lookup.upload(this.account.id, uploadId);
    if (upload === undefined) throw sourceNotFound(path);
    if (upload.isGone) throw audienceGone(path);
    if (upload.state !== 'ready') throw uploadNotReady(path, { state: upload.state });
    const { names = [], openid } = upload.columns ?? {};
    // As the cells are kept: without the openid, and without what has no name.
    const columns = names.filter((name, at) => name !== '' && at !== openid);
    return { kind: 'upload', uploadId, columns, count: upload.usable };
  }

  async #broadcast(id: string, path: string, least: 'expanded' | 'ended') {
    const broadcast = await this.lookup.broadcast(this.account.id, id);
    if (broadcast === undefined) throw sourceNotFound(path);
    if (broadcast.isPurged) throw audiencePurged(path);
    const { isExpanded, hasEnded } = broadcast;
    if (!hasEnded && (least === 'ended' || !isExpanded)) throw broadcastOpen(path);
    return broadcast;
  }

  async #remaining(broadcastId: string, path: string): Promise<ResolvedAudience> {
    const { audience, isExpanded } = await this.#broadcast(broadcastId, path, 'ended');
    const isOnRecord = audience.kind === 'openids' && audience.openids === undefined && isExpanded;
    // Once everybody on a long list has a row, the list itself is gone.
    const of: ResolvedAudience = isOnRecord
      ? { kind: 'broadcast', broadcastId }
      : audience.kind === 'openids' && audience.openids === undefined
        ? { listOf: broadcastId, ...audience }
        : audience;
    await this.#requireStillThere(of, path);
    return { kind: 'remaining', broadcastId, of };
  }

  /** What an earlier audience was put together from may be gone since. */
  async #requireStillThere(audience: ResolvedAudience, path: string): Promise<void> {
    for (const part of partsOf(audience)) {
      if (part.kind === 'upload') await this.#upload(part.uploadId, path);
      if (part.kind === 'broadcast' || part.kind === 'remaining')
        await this.#broadcast(part.broadcastId, path, 'expanded');
    }
  }
}

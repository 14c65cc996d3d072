import { OmitType, PartialType } from '@nestjs/swagger';
import { both } from '../../kernel/bilingual.js';
import { DomainError, type FieldFault } from '../../kernel/domain-error.js';
import { CreateBroadcastDto } from './broadcast.dto.js';
import { strictBody } from './strict-body.js';
import type { DraftRequest } from '../engine/record/engine.tables.js';

/** A draft may lack anything but its account, which is looked at first. */
class DraftBodyDto extends PartialType(
  OmitType(CreateBroadcastDto, ['appid', 'draft', 'preflightId'] as const),
  { skipNullProperties: false },
) {}

/** What a draft was given, sorted by whether each member could be part of a message. */
export interface ReadDraft {
  /** The members that keep the rules of a request. */
  readonly fitting: DraftBodyDto;
  /** The others, as they were given. */
  readonly raw: DraftRequest;
  readonly faults: readonly FieldFault[];
  /** Members without which nothing can be sent, and which were taken away by null. */
  readonly removed: ReadonlySet<string>;
}

/** In bytes of JSON, without a list of openids: the longest message is a small part of it. */
const LARGEST = 128 * 1024;

/** Sorts a body by the same rules as a send's. Only what is no member of a broadcast is refused. */
export async function readDraft(body: object): Promise<ReadDraft> {
  refuseTooLarge(body);
  const given = new Map(Object.entries(body));
  const removed = new Set(['templateId', 'audience'].filter((name) => given.get(name) === null));
  for (const name of removed) given.delete(name);
  const raw = new Map<string, unknown>();
  const faults: FieldFault[] = [];
  for (;;) {
    const found = await fit(Object.fromEntries(given));
    if ('fitting' in found) return { ...found, raw: Object.fromEntries(raw), faults, removed };
    faults.push(...found.faults);
    for (const name of found.faults.map(memberOf)) {
      raw.set(name, given.get(name));
      given.delete(name);
    }
  }
}

async function fit(
  given: DraftRequest,
): Promise<{ readonly fitting: DraftBodyDto } | { readonly faults: readonly FieldFault[] }> {
  try {
    return { fitting: await strictBody(given, DraftBodyDto) };
  } catch (error) {
    const faults = error instanceof DomainError ? (error.extra.errors ?? []) : [];
    if (faults.length === 0 || faults.some(isNoMember)) throw error;
    return { faults };
  }
}

const isNoMember = ({ path, code }: FieldFault): boolean => path === '' || code === 'unknown_field';

/** `audience.openids[3]` is about `audience`. */
const memberOf = ({ path }: FieldFault): string => /^[^.[]+/.exec(path)?.[0] ?? path;

/** @param withLists whether lists of openids count, too */
export function refuseTooLarge(body: object, withLists = false): void {
  const json = JSON.stringify(body, (name, value: unknown) =>
    name === 'openids' && !withLists ? [] : value,
  );
  if (Buffer.byteLength(json) <= LARGEST) return;
  throw new DomainError(
    'too-large',
    'draft_too_large',
    both(
      `草稿内容最多 ${LARGEST} 字节（不含 openid 名单），请缩短。`,
      `a draft has at most ${LARGEST} bytes, besides a list of openids: shorten it`,
      { most: LARGEST },
    ),
  );
}

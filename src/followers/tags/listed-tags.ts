import type { WechatAnswer } from '../../wechat/answer.js';

/** A tag as WeChat lists it. */
export interface ListedTag {
  readonly tagId: number;
  readonly name: string;
  /** How many have it, as WeChat counts. */
  readonly count: number;
}

/** The tags of an answer of `tags/get`; undefined where it is no list of tags. */
export function listedTags({ tags }: WechatAnswer): ListedTag[] | undefined {
  if (!Array.isArray(tags)) return undefined;
  const listed = (tags as unknown[]).map(tagOf);
  return listed.every((tag) => tag !== undefined) ? listed : undefined;
}

/** A tag as `tags/create` answers it has no count. */
export function tagOf(tag: unknown): ListedTag | undefined {
  if (typeof tag !== 'object' || tag === null) return undefined;
  const { id, name, count = 0 } = tag as Readonly<Record<string, unknown>>;
  if (!isTagId(id) || typeof name !== 'string') return undefined;
  return { tagId: id, name: name.replaceAll('\0', ''), count: isTagId(count) ? count : 0 };
}

/** As the column holds them. */
export const isTagId = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31;

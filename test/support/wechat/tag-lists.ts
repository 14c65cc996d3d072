import type { WechatAnswer } from '../../../src/wechat/answer.js';
import { WechatRefusal } from '../../../src/wechat/wechat.errors.js';
import type { WechatRequest } from '../../../src/wechat/wechat.transport.js';

interface HeldTag {
  readonly name: string;
  readonly openids: string[];
}

/**
 * The tags of one account at WeChat, and who has them in WeChat's order. Stands in for WechatApi.
 */
export class TagLists {
  readonly tags = new Map<number, HeldTag>();
  /** What each call asked for: `list`, or a tag and a cursor. */
  readonly asked: string[] = [];
  /** Errors for the next calls, one each, before anything is answered. */
  readonly failures: Error[] = [];
  /** Happens between the reading of a page and its answer. */
  beforeAnswer: (asked: string) => Promise<void> | void = () => {};
  /** A last touch to an answer. */
  bend: (answer: WechatAnswer, asked: string) => WechatAnswer = (answer) => answer;
  readonly #pageSize: number;

  constructor(tags: Readonly<Record<number, readonly string[]>>, pageSize = 2) {
    this.#pageSize = pageSize;
    for (const [id, openids] of Object.entries(tags))
      this.tags.set(Number(id), { name: `tag ${id}`, openids: [...openids] });
  }

  async call(_account: unknown, { path, body }: WechatRequest): Promise<WechatAnswer> {
    const { tagid, next_openid: after } = JSON.parse(String(body ?? '{}')) as {
      tagid?: number;
      next_openid?: string;
    };
    const asked = path.endsWith('/tags/get') ? 'list' : `${tagid}${after ? ` after ${after}` : ''}`;
    this.asked.push(asked);
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    const answer = asked === 'list' ? this.#list() : this.#page(path, tagid as number, after);
    await this.beforeAnswer(asked);
    return this.bend(answer, asked);
  }

  #list(): WechatAnswer {
    const tags = [...this.tags].map(([id, { name, openids }]) => ({
      id,
      name,
      count: openids.length,
    }));
    return { tags };
  }

  #page(path: string, tagId: number, after: string | undefined): WechatAnswer {
    const tag = this.tags.get(tagId);
    if (tag === undefined) throw new WechatRefusal(path, 45159, 'invalid tag id rid: 1-2-3');
    const from = after === undefined ? 0 : tag.openids.indexOf(after) + 1;
    const page = tag.openids.slice(from, from + this.#pageSize);
    return page.length === 0
      ? { count: 0, next_openid: '' }
      : { count: page.length, data: { openid: page }, next_openid: page.at(-1) };
  }
}

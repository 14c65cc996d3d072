import { WechatRefusal } from '../../../src/wechat/wechat.errors.js';
import type { WechatAnswer } from '../../../src/wechat/answer.js';
import type { WechatRequest } from '../../../src/wechat/wechat.transport.js';

/**
 * A working `user/get`: openids in WeChat's order, page by page, with the ending of the real one (the page after the
 * last has no `data`). Stands in for WechatApi.
 */
export class FollowerList {
  openids: string[];
  /** What each call asked for, in order; undefined when it sent no cursor. */
  readonly asked: (string | undefined)[] = [];
  /** Errors for the next calls, one each, before anything is answered. */
  readonly failures: Error[] = [];
  /** Happens between the reading of a page and its answer. */
  beforeAnswer: (call: number) => Promise<void> | void = () => {};
  /** A last touch to an answer. */
  bend: (answer: WechatAnswer, call: number) => WechatAnswer = (answer) => answer;
  readonly #pageSize: number;

  constructor(openids: readonly string[], pageSize = 3) {
    this.#pageSize = pageSize;
    this.openids = [...openids];
  }

  async call(_account: unknown, { path, query }: WechatRequest): Promise<WechatAnswer> {
    const after = query?.['next_openid'];
    const call = this.asked.push(after);
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    if (after === '') throw new WechatRefusal(path, 40003, 'invalid openid rid: 1-2-3');
    const from = after === undefined ? 0 : this.openids.indexOf(after) + 1;
    const page = this.openids.slice(from, from + this.#pageSize);
    const total = this.openids.length;
    const answer =
      page.length === 0
        ? { total, count: 0, next_openid: '' }
        : { total, count: page.length, data: { openid: page }, next_openid: page.at(-1) };
    await this.beforeAnswer(call);
    return this.bend(answer, call);
  }
}

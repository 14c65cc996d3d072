import { Injectable } from '@nestjs/common';
import { Pool } from 'undici';
import { AccessToken } from './access-token.js';
import type { Content } from './broadcasts.js';

const TOKEN_REFUSED = [40001, 40014, 42001];
/** What another attempt does not change: of the person, of the template, of the fields. */
const FINAL = [40003, 40036, 40037, 43004, 43019, 43101, 47003];

export class WechatRefusal extends Error {
  readonly isFinal: boolean;

  constructor(
    readonly errcode: number,
    errmsg: string,
  ) {
    super(`WeChat refused with ${errcode}: ${errmsg}`);
    this.isFinal = FINAL.includes(errcode);
  }
}

interface Answer {
  readonly errcode?: number;
  readonly errmsg?: string;
}

@Injectable()
export class Wechat {
  readonly #pool: Pool;
  readonly #token: AccessToken;

  constructor(pool: Pool, token: AccessToken) {
    this.#pool = pool;
    this.#token = token;
  }

  /** One page of followers, at most 10,000. The last page is empty. */
  async followers(after: string): Promise<readonly string[]> {
    const { data } = await this.#call<{ data?: { openid?: string[] } }>(
      'GET',
      '/cgi-bin/user/get',
      `&next_openid=${after}`,
    );
    return (data?.openid ?? []).filter((openid) => openid !== '');
  }

  /** Returns the msgid. */
  async send(
    openid: string,
    { templateId, fields }: Content,
    clientMsgId: string | undefined,
  ): Promise<string> {
    const data = Object.entries(fields).map(([name, value]) => [name, { value }]);
    const { msgid } = await this.#call<{ msgid: string }>(
      'POST',
      '/cgi-bin/message/template/send',
      '',
      {
        touser: openid,
        template_id: templateId,
        data: Object.fromEntries(data) as object,
        client_msg_id: clientMsgId,
      },
    );
    return msgid;
  }

  async #call<T>(method: 'GET' | 'POST', path: string, query: string, body?: object): Promise<T> {
    const token = await this.#token.get();
    const answer = await this.#pool.request({
      method,
      path: `${path}?access_token=${token}${query}`,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const read = readAnswer(await answer.body.text()) as Answer & T;
    if (!read.errcode) return read;
    if (TOKEN_REFUSED.includes(read.errcode)) await this.#token.drop();
    throw new WechatRefusal(read.errcode, read.errmsg ?? '');
  }
}

/** A msgid is a 64-bit number, which JSON.parse would round. */
const readAnswer = (text: string): unknown =>
  JSON.parse(text.replace(/"msgid"\s*:\s*(\d+)/, '"msgid":"$1"'));

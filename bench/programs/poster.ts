import { Pool } from 'undici';

/** The account, the template and the followers of a program that posts. */
export interface PostSettings {
  readonly origin: string;
  readonly appid: string;
  readonly secret: string;
  readonly templateId: string;
  readonly followers: number;
  readonly connections: number;
}

/** Posts template messages by plain HTTP, as every hand-written sender does. */
export class Poster {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #templateId: string;

  private constructor(
    pool: Pool,
    path: string,
    templateId: string,
    readonly openids: readonly string[],
  ) {
    this.#pool = pool;
    this.#path = path;
    this.#templateId = templateId;
  }

  static async open(settings: PostSettings): Promise<Poster> {
    const pool = new Pool(settings.origin, { connections: settings.connections });
    const json = async <T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> => {
      const answer = await pool.request({ method, path, body: body ? JSON.stringify(body) : null });
      return (await answer.body.json()) as T;
    };
    const { appid, secret, followers } = settings;
    const { access_token: token } = await json<{ access_token: string }>(
      'POST',
      '/cgi-bin/stable_token',
      { grant_type: 'client_credential', appid, secret },
    );
    const openids: string[] = [];
    for (let next = ''; openids.length < followers;) {
      const page = await json<{ data: { openid: string[] }; next_openid: string }>(
        'GET',
        `/cgi-bin/user/get?access_token=${token}&next_openid=${next}`,
      );
      openids.push(...page.data.openid);
      next = page.next_openid;
    }
    const path = `/cgi-bin/message/template/send?access_token=${token}`;
    return new Poster(pool, path, settings.templateId, openids);
  }

  async post(openid: string, text: string): Promise<void> {
    const answer = await this.#pool.request({
      method: 'POST',
      path: this.#path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        touser: openid,
        template_id: this.#templateId,
        data: {
          thing1: { value: text },
          time2: { value: '2026-11-28 19:30' },
          thing3: { value: '三号楼' },
        },
      }),
    });
    const { errcode, errmsg } = (await answer.body.json()) as { errcode: number; errmsg: string };
    if (errcode !== 0)
      throw new Error(`a send should get errcode 0, and got ${errcode}: ${errmsg}`);
  }
}

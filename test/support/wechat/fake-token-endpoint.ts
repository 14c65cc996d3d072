import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

type TokenKind = 'stable' | 'forced' | 'plain' | 'external';
type Kind = TokenKind | 'business';
type Answer = object | string | { status: number };

const NO_CALLS: Readonly<Record<Kind, number>> = {
  stable: 0,
  forced: 0,
  plain: 0,
  external: 0,
  business: 0,
};

/**
 * WeChat as the token module sees it: both token endpoints, one business call that looks at the token, and beside
 * them a customer's own token address. Counts every call.
 */
export class FakeTokenEndpoint {
  calls: Readonly<Record<Kind, number>> = NO_CALLS;
  bearers: (string | undefined)[] = [];
  secrets: string[] = [];
  expiresIn = 7_200;
  /** The tokens that the business call takes. */
  readonly valid = new Set<string>();
  /** The next answers of any token endpoint instead of tokens, the last one again and again. */
  refusals: Answer[] = [];
  /** Rejects a valid token so many times, as WeChat's nodes may when they disagree. */
  spuriousRejections = 0;
  /** Goes on handing out a token that is no longer valid, until it is forced. */
  stuck = false;
  /** Rejects whatever token it is shown. */
  rejectsAll = false;
  #made = 0;
  #stable = '';
  #external = '';
  readonly #server: Server = createServer((request, response) => {
    void this.#serve(request, response);
  });

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get externalUrl(): string {
    return `${this.origin}/external-token`;
  }

  get tokenCalls(): number {
    const { stable, forced, plain, external } = this.calls;
    return stable + forced + plain + external;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** As new, for the next test. */
  reset(): void {
    this.calls = NO_CALLS;
    this.bearers = [];
    this.secrets = [];
    this.expiresIn = 7_200;
    this.valid.clear();
    this.refusals = [];
    this.spuriousRejections = 0;
    this.stuck = false;
    this.rejectsAll = false;
    this.#made = 0;
    this.#stable = '';
    this.#external = '';
  }

  /** Every token handed out so far is rejected from now on. */
  expire(): void {
    this.valid.clear();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const url = new URL(request.url ?? '', 'http://wechat');
    const answer = await this.#answer(url, body, request);
    const status = typeof answer === 'object' && 'status' in answer ? Number(answer.status) : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  }

  async #answer(url: URL, body: string, { headers }: IncomingMessage): Promise<Answer> {
    if (url.pathname === '/cgi-bin/x') return this.#business(url.searchParams.get('access_token'));
    const asked = (body === '' ? Object.fromEntries(url.searchParams) : JSON.parse(body)) as {
      secret?: string;
      force_refresh?: boolean;
    };
    if (asked.secret !== undefined) this.secrets.push(asked.secret);
    const kind = kindOf(url.pathname, asked.force_refresh === true);
    this.#count(kind);
    if (kind === 'external') this.bearers.push(headers.authorization);
    await sleep(20); // long enough for others to come upon the refresh
    const refusal = this.refusals.length > 1 ? this.refusals.shift() : this.refusals[0];
    if (refusal !== undefined) return refusal;
    return { access_token: this.#token(kind), expires_in: this.expiresIn };
  }

  #count(kind: Kind): void {
    this.calls = { ...this.calls, [kind]: this.calls[kind] + 1 };
  }

  #token(kind: TokenKind): string {
    switch (kind) {
      case 'stable':
        if (this.#stable === '' || (!this.valid.has(this.#stable) && !this.stuck)) {
          this.#stable = this.#make(kind);
        }
        return this.#stable;
      case 'forced':
        this.valid.delete(this.#stable);
        return (this.#stable = this.#make(kind));
      case 'external':
        if (this.#external === '' || (!this.valid.has(this.#external) && !this.stuck)) {
          this.#external = this.#make(kind);
        }
        return this.#external;
      case 'plain':
        return this.#make(kind);
    }
  }

  #make(kind: TokenKind): string {
    const token = `${kind}_TOKEN_${++this.#made}`;
    this.valid.add(token);
    return token;
  }

  #business(token: string | null): Answer {
    this.#count('business');
    const rejected = !this.valid.has(token ?? '') || this.rejectsAll;
    if (rejected || this.spuriousRejections-- > 0) {
      return { errcode: 40001, errmsg: 'invalid credential rid: 1-2-3' };
    }
    return { errcode: 0, errmsg: 'ok', token };
  }
}

function kindOf(path: string, force: boolean): TokenKind {
  switch (path) {
    case '/cgi-bin/stable_token':
      return force ? 'forced' : 'stable';
    case '/cgi-bin/token':
      return 'plain';
    case '/external-token':
      return 'external';
    default:
      throw new Error(`nobody serves ${path}`);
  }
}

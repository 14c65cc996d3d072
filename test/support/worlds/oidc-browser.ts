interface Visited {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Redirects that no honest login needs. */
const TOO_FAR = 12;

/** A browser that keeps the cookies of each host, whatever the port, and walks from one to another as it is sent. */
export class OidcBrowser {
  readonly #jars = new Map<string, Map<string, string>>();
  readonly #ours: string;

  /** @param ours where the installation is */
  constructor(ours: string) {
    this.#ours = ours;
  }

  /** One that keeps every cookie of this moment, whatever becomes of those here. */
  twin(): OidcBrowser {
    const twin = new OidcBrowser(this.#ours);
    for (const [host, jar] of this.#jars) twin.#jars.set(host, new Map(jar));
    return twin;
  }

  /** One step, without following where it leads. */
  async visit(
    url: string,
    form?: Readonly<Record<string, string>>,
    accept = 'text/html',
  ): Promise<Visited> {
    const { origin } = new URL(url);
    const jar = this.#jarOf(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      redirect: 'manual',
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        accept,
        cookie,
        ...(form !== undefined && { origin, 'sec-fetch-site': 'same-origin' }),
      },
      ...(form !== undefined && { body: new URLSearchParams(form) }),
    });
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      const [name = '', ...value] = pair.split('=');
      const isGone = /max-age=0\b|expires=Thu, 01 Jan 1970/i.test(set);
      if (isGone) jar.delete(name);
      else jar.set(name, value.join('='));
    }
    return { url, status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  /** Follows redirects until one leads to `/oidc/callback` of ours, and returns that address unvisited. */
  async toCallback(next = '/'): Promise<string> {
    const start = `${this.#ours}/oidc/login?next=${encodeURIComponent(next)}`;
    let visited = await this.visit(start);
    for (let step = 0; step < TOO_FAR; step++) {
      const location = visited.headers.get('location');
      if (location === null)
        throw new Error(`${visited.url} answered ${visited.status} ${visited.text}`);
      const url = new URL(location, visited.url).href;
      if (url.startsWith(`${this.#ours}/oidc/callback`)) return url;
      visited = await this.visit(url);
    }
    throw new Error('the provider never sent the browser back');
  }

  /** A whole login; the answer of the callback. */
  async logIn(next?: string): Promise<Visited> {
    return await this.visit(await this.toCallback(next));
  }

  async me(): Promise<{ readonly status: number; readonly json: Record<string, unknown> }> {
    const { status, text } = await this.visit(`${this.#ours}/v1/me`, undefined, 'application/json');
    return { status, json: JSON.parse(text) as Record<string, unknown> };
  }

  has(cookie: string): boolean {
    return this.#jarOf(this.#ours).has(cookie);
  }

  #jarOf(url: string): Map<string, string> {
    const { hostname } = new URL(url);
    let jar = this.#jars.get(hostname);
    if (jar === undefined) this.#jars.set(hostname, (jar = new Map()));
    return jar;
  }
}

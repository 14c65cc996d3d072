import { type Document, type Place, placesOf } from '../openapi/document.js';
import { type Html, html, prose } from './html.js';
import { operationView } from './operation-view.js';
import { isFound, searchWords } from './search-words.js';

/** Where the pages are: below `PUBLIC_URL`, where it has a path. */
export interface DocsPlace {
  readonly basePath: string;
  /** What the curl examples call; where it is unknown, a variable. */
  readonly api: string;
}

interface Entry extends Place {
  readonly id: string;
  readonly words: string;
}

/** The pages about a document: its operations with a search, and one page for each of them. */
export class DocsPages {
  readonly #document: Document;
  readonly #place: DocsPlace;
  readonly #entries: readonly Entry[];

  constructor(document: Document, place: DocsPlace) {
    this.#document = document;
    this.#place = place;
    this.#entries = placesOf(document).map((each) => ({
      ...each,
      id: each.operation.operationId ?? '',
      words: searchWords(each, document),
    }));
  }

  /** All operations, or those in which everything is found that was typed. */
  index(asked: string): string {
    return this.#page({
      title: 'API',
      asked,
      main: html`<h1>API</h1>
        ${prose(this.#document.info.description ?? '')}
        <p class="files"><a href="${this.#place.basePath}/openapi.json">openapi.json</a></p>`,
      isIndex: true,
    });
  }

  /** Undefined where there is no such operation. */
  operation(id: string): string | undefined {
    const entry = this.#entries.find((each) => each.id === id);
    if (entry === undefined) return undefined;
    const main = operationView(entry, this.#document, this.#place.api);
    return this.#page({
      title: entry.operation.summary ?? id,
      asked: '',
      main,
      isIndex: false,
      id,
    });
  }

  #page({ title, asked, main, isIndex, id }: Page): string {
    const { basePath } = this.#place;
    const page = html`<!doctype html>
      <html lang="zh-CN">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <title>${title} · Weicast API</title>
          <link rel="stylesheet" href="${basePath}/docs/docs.css" />
          <script src="${basePath}/docs/docs.js" defer></script>
        </head>
        <body class="${isIndex ? 'index' : 'operation'}">
          <header>
            <a class="home" href="${basePath}/docs">Weicast API</a>
            <form role="search" action="${basePath}/docs">
              <input
                type="search"
                name="q"
                value="${asked}"
                placeholder="搜索 Search"
                aria-label="搜索 Search"
                autocomplete="off"
              />
            </form>
          </header>
          <div class="columns">
            <nav aria-label="接口 Operations">${this.#list(asked, id)}</nav>
            <main lang="en">${main}</main>
          </div>
        </body>
      </html> `;
    return page.text;
  }

  #list(asked: string, current: string | undefined): Html[] {
    const isAsked = asked.trim() !== '';
    const chapters = (this.#document.tags ?? []).map(({ name }) => {
      const entries = this.#entries.filter(({ operation }) => operation.tags?.includes(name));
      const shown = entries.filter(({ words }) => !isAsked || isFound(words, asked.trim()));
      return html`<section${hidden(shown.length === 0)}><h2>${name}</h2><ul>
${entries.map((entry) => this.#item(entry, { isHidden: !shown.includes(entry), current }))}</ul></section>
`;
    });
    const none = isAsked && !this.#entries.some(({ words }) => isFound(words, asked.trim()));
    return [...chapters, html`<p class="none" ${hidden(!none)}>没有找到 Nothing found</p>`];
  }

  #item(
    { id, path, method, operation, words }: Entry,
    { isHidden, current }: { readonly isHidden: boolean; readonly current: string | undefined },
  ): Html {
    return html`<li data-words="${words}" ${hidden(isHidden)}>
      <a href="${this.#place.basePath}/docs/${id}" ${id === current && html` aria-current="page"`}
        ><span class="method ${method}">${method.toUpperCase()}</span>
        <span class="path">${path}</span>
        <span class="summary" lang="en">${operation.summary}</span></a
      >
    </li> `;
  }
}

interface Page {
  readonly title: string;
  readonly asked: string;
  readonly main: Html;
  readonly isIndex: boolean;
  readonly id?: string;
}

const hidden = (is: boolean): Html => (is ? html` hidden` : html``);

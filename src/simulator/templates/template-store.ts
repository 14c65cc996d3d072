import { createHash } from 'node:crypto';
import { Rejection } from '../kernel/rejection.js';
import { toTemplate, type Template, type TemplateText } from './template.js';

const ID_LENGTH = 43;
export const MAX_TEMPLATES = 25;

/** One list of templates of an account: the private ones, or those for subscriptions. */
export class TemplateStore {
  readonly #namespace: string;

  readonly #templates = new Map<string, Template>();

  /** @param namespace makes the ids of equal titles in two lists different */
  constructor(namespace: string, defaults: readonly TemplateText[]) {
    this.#namespace = namespace;
    this.add(...defaults);
  }

  list(): Template[] {
    return [...this.#templates.values()];
  }

  find(templateId: string): Template | undefined {
    return this.#templates.get(templateId);
  }

  byTitle(title: string): Template {
    const found = this.list().find((template) => template.title === title);
    if (!found) throw new Rejection(`no template is called ${title}`);
    return found;
  }

  /** Adds templates. A template with an existing id replaces the old one. */
  add(...texts: readonly TemplateText[]): Template[] {
    return texts.map((text) => {
      const template = toTemplate(text, (title) => this.#idOf(title));
      if (template.templateId.length !== ID_LENGTH)
        throw new Rejection(`a templateId has ${ID_LENGTH} characters`);
      this.#templates.set(template.templateId, template);
      return template;
    });
  }

  remove(templateId: string): boolean {
    return this.#templates.delete(templateId);
  }

  replaceAll(texts: readonly TemplateText[]): Template[] {
    this.#templates.clear();
    return this.add(...texts);
  }

  /** Gives the same id to the same list and title in every run. */
  #idOf(title: string): string {
    return createHash('sha256').update(`${this.#namespace} ${title}`).digest('base64url');
  }
}

/** A template of an account, private or for subscriptions, as it can be added over the control endpoint. */
export type TemplateText = {
  /** Left out: made from the account and the title. */
  readonly templateId?: string;
  readonly title: string;
  /** Lines with `{{name.DATA}}` marks. */
  readonly content: string;
  readonly example?: string;
  readonly primaryIndustry?: string;
  readonly deputyIndustry?: string;
  /** The approved values of `const` and `enum` fields. */
  readonly approved?: Readonly<Record<string, readonly string[]>>;
  /** Of a template for subscriptions: 2, the default, spends a grant with each message; 3 is granted for long. */
  readonly type?: 2 | 3;
};

export type Template = Required<TemplateText> & {
  /** Names before `.DATA`, in order. */
  readonly fields: readonly string[];
};

const ENDING = '.DATA';

/**
 * WeChat's one rule: what stands in doubled braces and ends in `.DATA`, white space apart. Written without a look at
 * the service's own reading of it, which would otherwise agree with every mistake in it.
 */
function fieldNamesIn(content: string): string[] {
  return content
    .split('{{')
    .slice(1)
    .flatMap((rest) => {
      const close = rest.indexOf('}}');
      const inside = close < 0 ? '' : rest.slice(0, close).replaceAll(/\s/g, '');
      return inside.endsWith(ENDING) ? [inside.slice(0, -ENDING.length)] : [];
    });
}

/** The message as a person would read it. */
export const renderTemplate = (
  { content }: Pick<Template, 'content'>,
  values: Readonly<Record<string, string>>,
): string =>
  content.replaceAll(/\{\{([^{}]*)\}\}/g, (mark, inside: string) => {
    const bare = inside.replaceAll(/\s/g, '');
    return bare.endsWith(ENDING) ? (values[bare.slice(0, -ENDING.length)] ?? '') : mark;
  });

export const toTemplate = (text: TemplateText, makeId: (title: string) => string): Template => ({
  templateId: text.templateId ?? makeId(text.title),
  title: text.title,
  content: text.content,
  example: text.example ?? '',
  primaryIndustry: text.primaryIndustry ?? '',
  deputyIndustry: text.deputyIndustry ?? '',
  approved: text.approved ?? {},
  type: text.type ?? 2,
  fields: [...new Set(fieldNamesIn(text.content))].filter((name) => name !== ''),
});

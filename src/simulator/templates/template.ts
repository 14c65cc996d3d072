/** A private or subscription template, as the control endpoint takes it. */
export type TemplateText = {
  /** The default is made from the account and the title. */
  readonly templateId?: string;
  readonly title: string;
  /** Lines with `{{name.DATA}}` marks. */
  readonly content: string;
  readonly example?: string;
  readonly primaryIndustry?: string;
  readonly deputyIndustry?: string;
  /** The approved values of `const` and `enum` fields. */
  readonly approved?: Readonly<Record<string, readonly string[]>>;
  /** Type 2, the default, spends a grant for each message. Type 3 is granted for the long term. */
  readonly type?: 2 | 3;
};

export type Template = Required<TemplateText> & {
  /** The names before `.DATA`, in order. */
  readonly fields: readonly string[];
};

const ENDING = '.DATA';

/**
 * A field stands in doubled braces and ends in `.DATA`; white space does not matter. This does not share the code of
 * the service, because it would then agree with its mistakes.
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

/** The message as a person reads it. */
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

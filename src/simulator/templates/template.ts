/** A private template of an account, as it can be added over the control endpoint. */
export type TemplateText = {
  /** Left out: made from the account and the title. */
  readonly templateId?: string;
  readonly title: string;
  /** Lines with `{{name.DATA}}` marks. */
  readonly content: string;
  readonly example?: string;
  readonly primaryIndustry?: string;
  readonly deputyIndustry?: string;
  /** The approved values of `const` fields. */
  readonly approved?: Readonly<Record<string, readonly string[]>>;
};

export type Template = Required<TemplateText> & {
  /** Names before `.DATA`, in order. */
  readonly fields: readonly string[];
};

const MARK = /\{\s*\{\s*([A-Za-z_]+[0-9]*)\.DATA\s*\}\s*\}/g;

export const toTemplate = (text: TemplateText, makeId: (title: string) => string): Template => ({
  templateId: text.templateId ?? makeId(text.title),
  title: text.title,
  content: text.content,
  example: text.example ?? '',
  primaryIndustry: text.primaryIndustry ?? '',
  deputyIndustry: text.deputyIndustry ?? '',
  approved: text.approved ?? {},
  fields: [...text.content.matchAll(MARK)].map((match) => match[1] ?? ''),
});

/** What a person changes of a draft: members as the API has them; null takes one away. */
export interface Edit {
  readonly [member: string]: unknown;
  readonly fields?: Readonly<Record<string, string | null>>;
}

/** The members of a draft that can be changed here, as the page shows them. */
export interface DraftMembers {
  readonly name: string | null;
  readonly templateId: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly url: string | null;
  readonly miniprogram: unknown;
  readonly audience: unknown;
  readonly startAt: string | null;
  readonly sendHours: unknown;
  readonly canary: unknown;
  readonly sendsPerSecond: number | null;
}

/** As a merge patch does: deep in `fields`, whole in everything else. */
export function merged<T extends Partial<DraftMembers>>(draft: T, edit: Edit): T {
  const { fields, ...rest } = edit;
  if (fields === undefined) return { ...draft, ...rest };
  const next: Record<string, unknown> = { ...draft.fields };
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) delete next[name];
    else next[name] = value;
  }
  return { ...draft, ...rest, fields: next };
}

/** A later edit over an earlier one that is not saved yet. */
export function joined(earlier: Edit, later: Edit): Edit {
  if (earlier.fields === undefined || later.fields === undefined) return { ...earlier, ...later };
  return { ...earlier, ...later, fields: { ...earlier.fields, ...later.fields } };
}

export const isNothing = (edit: Edit): boolean => Object.keys(edit).length === 0;

/** What of an edit a draft does not say already, for people: `fields.thing1`, `url`. */
export function differing(edit: Edit, draft: Partial<DraftMembers>): readonly string[] {
  const { fields = {}, ...rest } = edit;
  const same = (a: unknown, b: unknown): boolean =>
    JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
  return [
    ...Object.entries(rest)
      .filter(([member, value]) => !same(value, draft[member as keyof DraftMembers]))
      .map(([member]) => member),
    ...Object.entries(fields)
      .filter(([name, value]) => !same(value, draft.fields?.[name]))
      .map(([name]) => `fields.${name}`),
  ];
}

/** What a person changes of a draft: members as the API has them; null takes one away. */
export interface Edit {
  readonly [member: string]: unknown;
  readonly fields?: Readonly<Record<string, string | null>>;
}

/** The members of a draft that can be changed here, as the page shows them. What cannot be sent may be of any kind. */
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
  readonly sendsPerSecond: unknown;
}

/** A draft as its author wrote it: a member that could not be sent is answered apart, and stands where it was typed. */
export const asWritten = (stored: {
  readonly asGiven?: Readonly<Record<string, unknown>>;
}): DraftMembers => ({ ...stored, ...stored.asGiven }) as unknown as DraftMembers;

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

/** The members that an edit names, for people and for comparing: `fields.thing1`, `url`. */
function named(edit: Edit): readonly (readonly [string, unknown])[] {
  const { fields = {}, ...rest } = edit;
  return [
    ...Object.entries(rest),
    ...Object.entries(fields).map(([name, value]) => [`fields.${name}`, value] as const),
  ];
}

const FIELD = 'fields.';

function valueAt(draft: Partial<DraftMembers>, path: string): unknown {
  if (path.startsWith(FIELD)) return draft.fields?.[path.slice(FIELD.length)];
  return draft[path as keyof DraftMembers];
}

const same = (a: unknown, b: unknown): boolean =>
  JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Whether a member is what one has written: of a list of people, its length alone is answered. */
function isAnswerTo(written: unknown, is: unknown): boolean {
  const { openids } = (written ?? {}) as { readonly openids?: readonly string[] };
  if (openids === undefined) return same(written, is);
  return (is as { readonly count?: number } | null)?.count === new Set(openids).size;
}

/**
 * What an edit would overwrite that somebody else has written since: neither as it was, nor as the edit has it.
 *
 * @param own what this page has sent and got no answer to: that may be there by now, and is nobody else's
 */
export const clashing = (
  edit: Edit,
  was: Partial<DraftMembers>,
  is: Partial<DraftMembers>,
  own: Edit = {},
): readonly string[] => {
  const sent = new Map(named(own));
  return named(edit)
    .filter(([path, value]) => {
      const now = valueAt(is, path);
      if (same(now, valueAt(was, path)) || same(now, value)) return false;
      return !(sent.has(path) && isAnswerTo(sent.get(path), now));
    })
    .map(([path]) => path);
};

/** The same edit without some of its members. */
export function without(edit: Edit, paths: readonly string[]): Edit {
  const left = named(edit).filter(([path]) => !paths.includes(path));
  const fields = left.filter(([path]) => path.startsWith(FIELD));
  return {
    ...Object.fromEntries(left.filter(([path]) => !path.startsWith(FIELD))),
    ...(fields.length > 0 && {
      fields: Object.fromEntries(
        fields.map(([path, value]) => [path.slice(FIELD.length), value as string | null]),
      ),
    }),
  };
}

/** What a later edit says beside or against one that has been saved. */
export function unsaved(later: Edit, saved: Edit): Edit {
  const there = new Map(named(saved));
  const isThere = ([path, value]: readonly [string, unknown]): boolean =>
    there.has(path) && same(value, there.get(path));
  return without(
    later,
    named(later)
      .filter(isThere)
      .map(([path]) => path),
  );
}

/** What stood in a draft where an edit changes it. */
export const beneath = (edit: Edit, draft: Partial<DraftMembers>): Partial<DraftMembers> => {
  const { fields, ...rest } = edit;
  return {
    ...Object.fromEntries(
      Object.keys(rest).map((member) => [member, valueAt(draft, member) ?? null]),
    ),
    ...(fields && {
      fields: Object.fromEntries(
        Object.keys(fields).map((name) => [name, draft.fields?.[name] ?? null]),
      ),
    }),
  };
};

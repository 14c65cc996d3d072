/** A message as the phone shows it: what WeChat drops (`first`, `remark`, colours) is not part of it. */
export type ShownContent = {
  readonly values: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly miniprogram?: string;
  /** What only some channels know, under its name on the wire: `page`, `lang`, `title`, `scene` and such. */
  readonly extras?: Readonly<Record<string, string>>;
};

const BETWEEN = '\u0001';

/** One text per distinct content, for comparing. */
export const contentKey = ({ values, url, miniprogram, extras }: ShownContent): string => {
  let key = '';
  for (const name in values) key += name + BETWEEN + values[name] + BETWEEN;
  if (extras) for (const name in extras) key += BETWEEN + name + BETWEEN + extras[name];
  return key + BETWEEN + (url ?? '') + BETWEEN + (miniprogram ?? '');
};

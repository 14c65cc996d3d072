/** A message as the phone shows it: what WeChat drops (`first`, `remark`, colours) is not part of it. */
export type ShownContent = {
  readonly values: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly miniprogram?: string;
};

const BETWEEN = '\u0001';

/** One text per distinct content, for comparing. */
export const contentKey = ({ values, url, miniprogram }: ShownContent): string => {
  let key = '';
  for (const name in values) key += name + BETWEEN + values[name] + BETWEEN;
  return key + BETWEEN + (url ?? '') + BETWEEN + (miniprogram ?? '');
};

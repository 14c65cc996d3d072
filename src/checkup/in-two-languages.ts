const LAST_CHINESE_END = /^.*[。！？](?= )/su;

/** A text that `both` made, in its two halves: the English one begins after the last Chinese sentence. */
export function inTwoLanguages(message: string): { readonly zh: string; readonly en: string } {
  const zh = LAST_CHINESE_END.exec(message)?.[0] ?? message;
  const en = message.slice(zh.length).trim();
  return { zh, en: en === '' ? message : en };
}

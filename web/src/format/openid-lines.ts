/** As WeChat makes them; the service judges in the end. */
const OPENID = /^[A-Za-z0-9_-]{1,64}$/;

export interface OpenidLines {
  /** Each once, in the order in which they stand. */
  readonly openids: readonly string[];
  readonly odd: readonly { readonly line: number; readonly text: string }[];
}

/** What somebody has pasted: from a sheet, a log, a list with commas. */
export function openidLines(text: string): OpenidLines {
  const openids = new Set<string>();
  const odd: { line: number; text: string }[] = [];
  text.split(/\r\n|\r|\n/).forEach((raw, index) => {
    for (const part of raw.split(/[,，;；\t ]+/)) {
      const openid = part.replace(/^["'“”]+|["'“”]+$/g, '').trim();
      if (openid === '') continue;
      if (OPENID.test(openid)) openids.add(openid);
      else odd.push({ line: index + 1, text: openid.slice(0, 40) });
    }
  });
  return { openids: [...openids], odd };
}

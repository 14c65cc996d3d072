/** An openid as logs may show it: enough to tell two apart beside a broadcast id, not enough to use. */
export const maskOpenid = (openid: string): string =>
  openid.length <= 8 ? '***' : `${openid.slice(0, 4)}***${openid.slice(-4)}`;

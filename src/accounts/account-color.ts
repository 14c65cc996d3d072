/** One of eight colours, the same for an appid whenever it is asked. */
export const colorOf = (appid: string): number => Number.parseInt(appid.slice(-4), 16) % 8 || 0;

/** Appids of pretended accounts begin so, with six hex digits after it. No account of WeChat's is taken under such an appid. */
export const SANDBOX_APPID_PREFIX = 'wx5a4db0c0de';

export const isSandboxAppid = (appid: string): boolean => appid.startsWith(SANDBOX_APPID_PREFIX);

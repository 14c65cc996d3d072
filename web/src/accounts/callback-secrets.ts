/** What WeChat's form for the server asks for, beside the address. */
export interface CallbackSecrets {
  readonly callbackToken: string;
  readonly encodingAesKey: string;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Made here, so that whoever connects an account can copy them; the service never gives them back. */
export function makeCallbackSecrets(): CallbackSecrets {
  return { callbackToken: letters(32), encodingAesKey: letters(43) };
}

function letters(length: number): string {
  let text = '';
  while (text.length < length) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    // 248 is four times 62: what lies above would make some letters likelier.
    if (byte < 248) text += LETTERS[byte % 62];
  }
  return text;
}

const keyOf = (appid: string): string => `weicast.callback.${appid}`;

/** Kept for this tab alone, until WeChat has verified them. */
export function keepSecrets(appid: string, secrets: CallbackSecrets): void {
  sessionStorage.setItem(keyOf(appid), JSON.stringify(secrets));
}

export function keptSecrets(appid: string): CallbackSecrets | undefined {
  const kept = sessionStorage.getItem(keyOf(appid));
  return kept === null ? undefined : (JSON.parse(kept) as CallbackSecrets);
}

export const forgetSecrets = (appid: string): void => sessionStorage.removeItem(keyOf(appid));

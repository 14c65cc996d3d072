/** What argon2id was told; a hash carries its own, so that they can be raised later. */
export interface ArgonCost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

export interface PhcHash extends ArgonCost {
  readonly salt: Buffer;
  readonly tag: Buffer;
}

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** Undefined for anything but an argon2id hash of version 19, as PHC strings spell it. */
export function readPhc(text: string): PhcHash | undefined {
  const [, memory, passes, parallelism, salt = '', tag = ''] = PHC.exec(text) ?? [];
  if (memory === undefined) return undefined;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

export const writePhc = ({ memory, passes, parallelism, salt, tag }: PhcHash): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${bare(salt)}$${bare(tag)}`;

/** Base64 as PHC strings have it, without padding. */
const bare = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

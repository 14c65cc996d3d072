const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;

/** The key that a header `authorization` carries; undefined for a header that is none of ours. */
export const keyIn = (authorization: string): string | undefined => BEARER.exec(authorization)?.[1];

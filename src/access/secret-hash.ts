import { createHash, randomBytes } from 'node:crypto';

/** What is kept of a key or a session token. */
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** 256 random bits: 43 characters that need no escaping in a header, a cookie or a shell. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** No control characters and no half surrogate pairs: Postgres stores neither in text nor in jsonb. Length is another rule's. */
export const STORABLE = /^[^\p{Cc}\p{Cs}]*$/u;
export const PRINTABLE_ASCII = /^[\x21-\x7e]+$/;

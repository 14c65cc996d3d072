/** So long an acceptance that is told again is known to be the same. No push comes late by so much. */
export const ACCEPTANCES_KEPT_DAYS = 30;

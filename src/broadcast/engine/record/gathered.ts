/**
 * How statements of the send path gather their rows. Where many accounts send little, or several workers share the work,
 * 10 ms gather a dozen: such a batch costs nearly what a full one does, so it waits a little longer for company.
 */
export const GATHERED = { waitMs: 10, small: { enough: 50, patienceMs: 25 } } as const;

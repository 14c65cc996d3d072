/** WeChat takes a form_id for so long after the form was submitted, or the payment made. */
const LIFE_HOURS = 7 * 24;

export const FORM_ID_LIFE_MS = LIFE_HOURS * 60 * 60_000;

/**
 * SQL: it is not too old. The column is inside the sum, and the time a scalar subquery: nobody shall read the index
 * of all times for what the index of openids yields in order.
 */
export const IS_YOUNG = `collected_at + interval '${LIFE_HOURS} hours' > (select clock_now())`;

/** How often one may be sent with. */
export const USES = { form: 1, prepay: 3 } as const;

/** WeChat accepts a form_id for so long after the form was submitted, or the payment made. */
const LIFE_HOURS = 7 * 24;

export const FORM_ID_LIFE_MS = LIFE_HOURS * 60 * 60_000;

/**
 * SQL: the form_id is not too old. The column stands inside the sum and the time is a scalar subquery, so that the
 * planner does not use the index of times where the index of openids yields the rows in order.
 */
export const IS_YOUNG = `collected_at + interval '${LIFE_HOURS} hours' > (select clock_now())`;

/** How many messages one form_id sends. */
export const USES = { form: 1, prepay: 3 } as const;

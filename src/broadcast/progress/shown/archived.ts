/** What a list shows of what was archived: nothing, nothing else, or all alike. */
export const ARCHIVED = ['false', 'true', 'any'] as const;
export type Archived = (typeof ARCHIVED)[number];

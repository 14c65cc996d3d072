/**
 * SQL that is true of a template whose grant lasts until it is rejected, however many are sent. A scalar subquery,
 * looked up by key for each row. What no sync has listed is not long-term.
 *
 * @param accountId SQL expression
 * @param templateId SQL expression
 */
export const isLongTerm = (accountId: string, templateId: string): string => `coalesce((
    select template.grant_kind = 'long_term' from template
    where template.account_id = ${accountId} and template.template_id = ${templateId}), false)`;

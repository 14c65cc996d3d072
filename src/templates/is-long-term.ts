/**
 * SQL: the grant of the template lasts until it is rejected, however many messages are sent. It is a scalar subquery,
 * which Postgres looks up by key for each row. A template that no sync has listed is not long-term.
 *
 * @param accountId SQL expression
 * @param templateId SQL expression
 */
export const isLongTerm = (accountId: string, templateId: string): string => `coalesce((
    select template.grant_kind = 'long_term' from template
    where template.account_id = ${accountId} and template.template_id = ${templateId}), false)`;

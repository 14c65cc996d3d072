/**
 * How far in its life a broadcast is, by its row alone, of an alias of `broadcast`. The indexes of lists have this very
 * expression, so that a state is found without reading the others.
 */
export const phaseOf = (b: string): string =>
  `(case ${b}.state when 'draft' then 'draft' when 'awaiting_approval' then 'awaiting_approval'
  when 'scheduled' then 'scheduled' when 'running' then 'open'
  when 'finished' then case when ${b}.receipts_closed_at is null then 'receipts' else 'finished' end
  else case when ${b}.closed_at is null and ${b}.started_at is not null then 'closing' when ${b}.any_sent then 'stopped'
    else 'cancelled' end end)`;

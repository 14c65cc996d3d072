/** WeChat writes `failed: system failed` with and without the space. */
const words = (status: string): string => `replace(lower(${status}), ' ', '')`;

/** SQL: the state to which a receipt's Status leads. A Status that we do not know counts as failed. */
export const stateOfStatus = (status: string): string => `(case
  when ${status} = 'success' then 'delivered'
  else case ${words(status)}
    when 'success' then 'delivered'
    when 'failed:userblock' then 'blocked'
    else 'failed'
  end
end)::delivery_state`;

/** SQL: whether a Status says that the recipient refuses the account's messages. */
export const saysBlocked = (status: string): string =>
  `(${status} <> 'success' and ${words(status)} = 'failed:userblock')`;

/** SQL: whether a Status says that WeChat failed by itself, so that nobody saw the message. */
export const saysSystemFailed = (status: string): string =>
  `(${status} <> 'success' and ${words(status)} = 'failed:systemfailed')`;

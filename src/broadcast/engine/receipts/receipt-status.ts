/** WeChat writes `failed: system failed` with and without the space. */
const words = (status: string): string => `replace(lower(${status}), ' ', '')`;

/** SQL: the state to which a receipt's Status leads. What WeChat never told us of counts as failed. */
export const stateOfStatus = (status: string): string => `(case
  when ${status} = 'success' then 'delivered'
  else case ${words(status)}
    when 'success' then 'delivered'
    when 'failed:userblock' then 'blocked'
    else 'failed'
  end
end)::delivery_state`;

/** SQL: the recipient refuses the account's messages. */
export const saysBlocked = (status: string): string =>
  `(${status} <> 'success' and ${words(status)} = 'failed:userblock')`;

/** SQL: WeChat failed by itself; nobody saw the message. */
export const saysSystemFailed = (status: string): string =>
  `(${status} <> 'success' and ${words(status)} = 'failed:systemfailed')`;

import type { Account } from '../api/accounts';

export function kindOf(account: Account): 'service' | 'mini_program' | 'test' | 'sandbox' {
  if (account.sandbox) return 'sandbox';
  return account.testAccount ? 'test' : account.kind;
}

import type { Account } from '../api/accounts';

/** No picture of an account is at hand, and the policy of this page allows no foreign one: its first character. */
export function Monogram({
  account,
  size = 24,
}: {
  readonly account: Account;
  readonly size?: number;
}) {
  const [first = '?'] = account.shortName ?? account.name;
  return (
    <span
      className="monogram"
      data-hue={account.color ?? hueOf(account.appid)}
      data-large={size > 28 || undefined}
      aria-hidden="true"
    >
      {first}
    </span>
  );
}

const hueOf = (appid: string): number => Number.parseInt(appid.slice(-2), 16) % 8 || 0;

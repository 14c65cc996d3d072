import { Link, useSearchParams } from 'react-router';
import type { DeliveryName } from '../states/inks';

/** What the list is told by whoever leads to it: it stands below what they have clicked. */
export interface Led {
  readonly led?: boolean;
}

/** From a number of people to who they are, each with the reason. */
export function DeliveriesLink({
  id,
  state,
  children,
}: {
  readonly id: string;
  readonly state: DeliveryName;
  readonly children: React.ReactNode;
}) {
  const [search] = useSearchParams();
  const to = new URLSearchParams({ state });
  const appid = search.get('appid');
  if (appid !== null) to.set('appid', appid);
  return (
    <Link
      className="count-link"
      to={`/broadcasts/${id}/deliveries?${to}`}
      state={{ led: true } satisfies Led}
    >
      {children}
    </Link>
  );
}

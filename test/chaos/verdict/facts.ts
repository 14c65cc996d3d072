import type { OpenidLedger } from '../../../src/simulator/reports/ledger-page.js';
import type { ReviewView } from '../../../src/simulator/reviews/review.js';
import type { BroadcastView } from '../world/admin-client.js';
import type { ForgottenPeriod } from '../world/postgres-store.js';
import type { PushTry } from '../world/push-recorder.js';
import type { Speed } from './speed.js';
import type { World } from '../world/world.js';

/** One recipient in the rows of the service. */
export interface DeliveryRow {
  readonly openid: string;
  readonly state: string;
  readonly msgid: string | null;
  readonly attempts: number;
  readonly errcode: number | null;
  readonly detail: string | null;
}

/** A broadcast from both sides: the rows and counters of the service, and what WeChat did. */
export interface Facts {
  readonly appid: string;
  readonly broadcast: BroadcastView;
  readonly rows: readonly DeliveryRow[];
  /** The number of listed problems, by state. */
  readonly problems: Readonly<Record<string, number>>;
  readonly followers: readonly string[];
  readonly ledger: ReadonlyMap<string, OpenidLedger>;
  /** The reviews of WeChat, by openid. */
  readonly reviews: ReadonlyMap<string, ReviewView>;
  /** The service believes that another system sends. Then it matches no receipt to a row by its time. */
  readonly othersSend: boolean;
  /** The time of which a restored database knows nothing. */
  readonly forgotten: ForgottenPeriod | undefined;
  /** The allowed rate, and the most sends that WeChat saw in a second. */
  readonly speed: Speed;
  /** The msgids of the receipts that the service has on record. */
  readonly receipts: ReadonlySet<string>;
  readonly triesOf: (msgid: string) => readonly PushTry[];
  /** The pushes that WeChat still has to make. */
  readonly pendingPushes: number;
}

export async function gatherFacts(
  { postgres, wechat, service, pushes }: World,
  appid: string,
  broadcastId: string,
  rate: number,
): Promise<Facts> {
  const { callbacks, sends } = await wechat.stats(appid);
  const [broadcast, rows, problems, receipts, others, reviews, followers, ledger] =
    await Promise.all([
      service.admin.broadcast(broadcastId),
      postgres.query<DeliveryRow>(
        `select openid, state, msgid::text, attempts, errcode, detail from delivery
       where broadcast_id = $1 order by openid`,
        [broadcastId],
      ),
      postgres.query<{ state: string; count: number }>(
        `select state, count(*)::integer as count from delivery_problem
       where broadcast_id = $1 group by state`,
        [broadcastId],
      ),
      postgres.query<{ msgid: string }>('select distinct msgid::text from receipt'),
      postgres.query(
        `select from account a where a.appid = $1 and (
         exists (select from stranger_receipt s where s.account_id = a.id)
         or exists (select from quota_day q where q.account_id = a.id and q.others > greatest(10, q.ours * 0.01)))`,
        [appid],
      ),
      wechat.reviews(appid),
      wechat.followers(appid),
      wechat.ledger(appid),
    ]);
  return {
    appid,
    broadcast,
    rows,
    problems: Object.fromEntries(problems.map(({ state, count }) => [state, count])),
    followers,
    ledger,
    reviews,
    othersSend: others.length > 0,
    forgotten: postgres.forgotten,
    speed: { rate, peak: sends.perSecond.max },
    receipts: new Set(receipts.map(({ msgid }) => msgid)),
    triesOf: (msgid) => pushes.triesOf(msgid),
    pendingPushes: callbacks.pending,
  };
}

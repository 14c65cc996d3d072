import type { BroadcastView } from '../world/admin-client.js';
import { PageGate } from './page-gate.js';
import { retryUntilAnswered, RequestRefused } from '../world/polling.js';
import type { Plan } from '../plan/plan.js';
import type { World } from '../world/world.js';

const ENDED: readonly string[] = ['finished', 'cancelled'];
/** After so long without progress, a fault that waits for progress is injected anyway. */
const STALLED_MS = 20_000;
const POLL_MS = 150;
/** The service checks each second whether an account has calls left. */
const REFRESH_MS = 3_000;

/** The broadcast of one account, and what an operator does with it. */
export class TestBroadcast {
  readonly #broadcastId: string;

  #pageGate: PageGate | undefined;

  constructor(
    readonly world: World,
    readonly plan: Plan,
    readonly appid: string,
    broadcastId: string,
  ) {
    this.#broadcastId = broadcastId;
  }

  view(): Promise<BroadcastView> {
    return this.world.service.admin.broadcast(this.#broadcastId);
  }

  /** Waits for a state of the broadcast. Returns false if it ended before. */
  async waitFor(sight: (shown: BroadcastView) => boolean): Promise<boolean> {
    for (;;) {
      const shown = await this.view();
      if (sight(shown)) return true;
      if (ENDED.includes(shown.state)) return false;
      await this.world.pause(POLL_MS);
    }
  }

  waitForHold(reason: string): Promise<boolean> {
    return this.waitFor(({ holds }) => holds.some((hold) => hold.reason === reason));
  }

  /** Whether the broadcast is or was held for this reason. */
  async wasHeld(reason: string, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      // The next fault may stop the database during the query.
      const held = await retryUntilAnswered('the events of the broadcast', timeoutMs, () =>
        this.world.postgres.query(
          `select from broadcast_event where broadcast_id = $1 and kind = 'held' and data->>'reason' = $2`,
          [this.#broadcastId, reason],
        ),
      );
      if (held.length > 0) return true;
      await this.world.pause(POLL_MS);
    }
    return false;
  }

  /** Waits until WeChat has accepted this share of the audience. Returns false if the broadcast ended before. */
  async waitForAccepted(share: number): Promise<boolean> {
    const { appid } = this;
    let before = -1;
    let movedAt = performance.now();
    for (;;) {
      const { accepted } = await this.world.wechat.stats(appid);
      if (accepted !== before) movedAt = performance.now();
      before = accepted;
      // Nine in a hundred are never accepted or delivered, so a share may never be reached.
      if (accepted >= share * this.plan.followers) return true;
      const stalledMs = performance.now() - movedAt;
      if (stalledMs > STALLED_MS) return !ENDED.includes((await this.view()).state);
      await this.world.pause(POLL_MS);
    }
  }

  async pause(): Promise<boolean> {
    return this.#control('pause');
  }

  async resume(): Promise<void> {
    await this.#control('resume');
  }

  /** Lifts the hold if it stays. */
  async resumeUnless(reason: string): Promise<void> {
    await this.world.pause(5_000);
    const { holds } = await this.view();
    if (holds.some((hold) => hold.reason === reason)) await this.resume();
  }

  async setDailyQuota(dailyQuota: number | null): Promise<void> {
    const { appid } = this;
    await this.world.wechat.putAccount({ appid, sending: { dailyLimit: dailyQuota ?? 0 } });
    await this.world.service.admin.patch(`/v1/accounts/${appid}`, { dailyQuota });
  }

  /** Raises the quota of WeChat and refreshes it until the broadcast goes on. After 45009 nothing else would today. */
  async raiseDailyQuota(): Promise<void> {
    for (;;) {
      await this.resetDailyQuota();
      // A refusal may still be on its way.
      await this.world.pause(REFRESH_MS);
      const { state, holds } = await this.view();
      if (ENDED.includes(state) || !holds.some(({ reason }) => reason === 'quota')) return;
    }
  }

  /** Removes our own limit again, because a restored database may have brought it back. */
  async resetDailyQuota(): Promise<void> {
    await this.setDailyQuota(null);
    await this.world.service.admin.post(`/v1/accounts/${this.appid}/quota/refresh`);
  }

  /** Thaws the workers and stops the expansion. Returns false if the audience was one page. */
  async stopBetweenPages(): Promise<boolean> {
    const { postgres } = this.world;
    this.#pageGate = await PageGate.close(postgres, this.#broadcastId, () => this.thawWorkers());
    return this.#pageGate !== undefined;
  }

  async continueExpanding(): Promise<void> {
    await this.#pageGate?.open();
  }

  thawWorkers(): Promise<void> {
    for (const worker of this.world.service.workers) worker.thaw();
    return Promise.resolve();
  }

  /** Returns false if the broadcast has ended meanwhile. */
  async #control(verb: 'pause' | 'resume'): Promise<boolean> {
    try {
      await this.world.service.admin.post(`/v1/broadcasts/${this.#broadcastId}/${verb}`);
      return true;
    } catch (error) {
      if (error instanceof RequestRefused && ENDED.includes((await this.view()).state))
        return false;
      throw error;
    }
  }
}

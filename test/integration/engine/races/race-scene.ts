import { sql } from 'kysely';
import type { Claim } from '../../../../src/broadcast/engine/send/claim.service.js';
import { type HoldReason, OPEN_STATES } from '../../../../src/broadcast/engine/record/states.js';
import { newBroadcastId } from '../../../../src/kernel/ids.js';
import type { EngineWorker } from '../../../support/worlds/engine-worker.js';
import type { EngineWorld } from '../../../support/worlds/engine-world.js';
import { expectLegalMoves, expectProblemsToAgree, expectReviewsToBeListed } from './race-books.js';
import { type SceneOptions, type SceneRow, writeScene } from './race-rows.js';

const EVERY_REASON: readonly HoldReason[] = ['operator', 'problem', 'restored'];

/** One broadcast in the middle of its life, with everything that is claimed of it on record. */
export class RaceScene {
  static #lastMsgid = 0;
  readonly id = newBroadcastId(new Date());
  readonly firstMsgid = (RaceScene.#lastMsgid += 1_000);
  /** Claims as they were granted, by whomever. */
  readonly granted: Claim[] = [];
  readonly #world: EngineWorld;
  readonly #options: SceneOptions;

  private constructor(
    world: EngineWorld,
    readonly rows: readonly SceneRow[],
    options: SceneOptions,
  ) {
    this.#world = world;
    this.#options = options;
  }

  static async open(
    world: EngineWorld,
    rows: readonly SceneRow[],
    options: SceneOptions = {},
  ): Promise<RaceScene> {
    const scene = new RaceScene(world, rows, options);
    await writeScene(world, scene, options);
    return scene;
  }

  get accountId(): number {
    return this.#world.accountId;
  }

  msgid(nth: number): string {
    return String(this.firstMsgid + nth);
  }

  /** Undefined for a row that this scene has not. */
  given(openid: string): SceneRow | undefined {
    return this.rows.find((row) => row.openid === openid);
  }

  /** The claim by which this attempt of a row was sent. */
  claimOf(openid: string, attempts: number): Claim {
    const fence = { attempts, tries: attempts, attemptGroup: 0 };
    const inDoubt = attempts > 1;
    return { broadcastId: this.id, openid, ...fence, inDoubt, vars: null, mayWrite: () => true };
  }

  /** Asks for the rows that stand in the queue, as their jobs would. */
  async claimAs(worker: EngineWorker, nudges: readonly { openid: string; nudge: number }[]) {
    const claims = await Promise.all(
      nudges.map((nudge) => worker.claims.claim({ broadcastId: this.id, ...nudge })),
    );
    const granted = claims.filter((claim) => claim !== undefined);
    this.granted.push(...granted);
    return granted;
  }

  /** Every job of this broadcast that could be about. */
  async jobs(): Promise<{ openid: string; nudge: number }[]> {
    return this.#world.db
      .selectFrom('delivery')
      .select(['openid', 'nudge'])
      .where('broadcastId', '=', this.id)
      .where('state', '=', 'queued')
      .execute();
  }

  /** What no interleaving may leave behind. */
  async expectOrder(): Promise<void> {
    const broadcast = await this.broadcast();
    const holds = await this.holds();
    await this.#world.expectCountersToAgree(this.id);
    await expectProblemsToAgree(this.#world, this.id);
    await expectLegalMoves(this.#world, this.id);
    await expectReviewsToBeListed(this.#world, this.id);
    const rows = await this.#deliveries();
    const isOpen = rows.filter(({ state }) => OPEN_STATES.some((open) => open === state));
    if (broadcast.state === 'finished') expect(isOpen).toEqual([]);
    if (broadcast.closedAt) expect(isOpen).toEqual([]);
    if (broadcast.state !== 'running') expect(holds).toEqual([]);
    // Nobody has the same attempt twice, and none is counted that nobody has.
    const attempts = this.granted.map((claim) => `${claim.openid} ${claim.attempts}`);
    expect(new Set(attempts).size).toBe(attempts.length);
    for (const { openid, attempts: counted } of rows) {
      const before = this.given(openid)?.attempts ?? 0;
      const claims = this.granted.filter((claim) => claim.openid === openid).length;
      expect({ openid, attempts: counted }).toEqual({ openid, attempts: before + claims });
    }
  }

  /** A held or cancelled broadcast grants nothing, whatever has been handed out. */
  async expectNothingToGoOut(worker: EngineWorker): Promise<void> {
    const { state } = await this.broadcast();
    if (state === 'running' && (await this.holds()).length === 0) return;
    expect(await this.claimAs(worker, await this.jobs())).toEqual([]);
  }

  /** Runs everything that is left to its end: ended means that nothing is open. */
  async runToItsEnd(worker: EngineWorker): Promise<void> {
    await worker.holds.lift(this.id, EVERY_REASON);
    const isOver = async () => (await this.broadcast()).closedAt !== null;
    for (let round = 0; round < 60 && !(await isOver()); round++) {
      await this.#letTimePass();
      await worker.expansion.expand(this.id);
      await worker.sweeps.tick();
      await worker.releases.run([this.accountId]);
      await this.claimAs(worker, await this.jobs());
      const answers = (await this.#deliveries())
        .filter(({ state }) => state === 'sending')
        .map(({ openid, attempts, attemptGroup }, nth) =>
          worker.settlements.settle(
            { ...this.claimOf(openid, attempts), attemptGroup },
            { kind: 'accepted', msgid: this.msgid(500 + 50 * round + nth) },
          ),
        );
      await Promise.all(answers);
      await worker.finishing.finish(this.id);
    }
    const { state, closedAt } = await this.broadcast();
    expect(closedAt).not.toBeNull();
    expect(['finished', 'cancelled']).toContain(state);
    await this.expectOrder();
    await this.#expectEverybody(state);
  }

  async broadcast() {
    return this.#world.db
      .selectFrom('broadcast')
      .select(['state', 'closedAt', 'expandedAt'])
      .where('id', '=', this.id)
      .executeTakeFirstOrThrow();
  }

  async holds(): Promise<HoldReason[]> {
    const rows = await this.#world.db
      .selectFrom('broadcastHold')
      .select('reason')
      .where('broadcastId', '=', this.id)
      .execute();
    return rows.map(({ reason }) => reason);
  }

  /** Whatever waits has waited long enough. */
  async #letTimePass(): Promise<void> {
    await sql`
      update delivery set not_before = clock_now()
      where broadcast_id = ${this.id} and not_before > clock_now()`.execute(this.#world.db);
    await sql`update release_turn set due_at = '-infinity'`.execute(this.#world.db);
    await sql`
      update broadcast_cursor set swept_at = '-infinity' where broadcast_id = ${this.id}`.execute(
      this.#world.db,
    );
  }

  #deliveries() {
    return this.#world.db
      .selectFrom('delivery')
      .select(['openid', 'state', 'attempts', 'attemptGroup', 'errcode'])
      .where('broadcastId', '=', this.id)
      .orderBy('openid')
      .execute();
  }

  /** Σ = total: everybody who was there, and, unless it was cancelled before, everybody who was to come. */
  async #expectEverybody(state: string): Promise<void> {
    const there = (await this.#deliveries()).map(({ openid }) => openid);
    const given = this.rows.map(({ openid }) => openid);
    const members = this.#options.members ?? [];
    if (state === 'finished') expect(there).toEqual([...given, ...members].toSorted());
    else expect(there).toEqual(expect.arrayContaining(given));
  }
}

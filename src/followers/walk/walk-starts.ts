import { Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';

/** The data of a walk's job in the queue `work`; the walk's row says the rest. */
export interface WalkJob {
  readonly accountId: number;
}

/** A walk's row, and the statements that begin and find it. */
export interface WalkRows<State extends { readonly state: string }> {
  /** Undefined when one is running. */
  begin(accountId: number): Promise<State | undefined>;
  findSync(accountId: number): Promise<State | undefined>;
  takeSilent(silence: string): Promise<number[]>;
}

/** A worker on a walk gives a sign of life more often than this. */
const SILENCE = '30 seconds';

/** Starts walks of one kind, and nudges those that no worker is on. */
export class WalkStarts<State extends { readonly state: string }> {
  readonly #logger = new Logger('Walks');
  readonly #rows: WalkRows<State>;
  readonly #queue: Queue<WalkJob>;
  readonly #job: string;

  /** @param job its name in the queue, which log lines say too */
  constructor(rows: WalkRows<State>, queue: Queue<WalkJob>, job: string) {
    this.#rows = rows;
    this.#queue = queue;
    this.#job = job;
  }

  /** Answers with the running walk if there is one, else starts one. */
  async start(accountId: number, appid: string): Promise<State> {
    for (;;) {
      const begun = await this.#rows.begin(accountId);
      if (begun !== undefined) {
        // The row is on record, so we do not wait for the queue, which may be away.
        void this.#nudge(accountId).catch((err: unknown) =>
          this.#logger.warn(
            { appid, err },
            `the walk ${this.#job} was not queued: it starts within a minute`,
          ),
        );
        return begun;
      }
      const running = await this.#rows.findSync(accountId);
      if (running?.state === 'running') return running;
      // It ended between the two statements.
    }
  }

  /** Any worker may call it at any time. */
  async nudgeUnfinished(): Promise<void> {
    for (const accountId of await this.#rows.takeSilent(SILENCE)) {
      this.#logger.warn(
        `the walk ${this.#job} of account ${accountId} was left unfinished; it goes on`,
      );
      await this.#nudge(accountId);
    }
  }

  async #nudge(accountId: number): Promise<void> {
    await this.#queue.add(
      this.#job,
      { accountId },
      { attempts: 1, removeOnComplete: true, removeOnFail: 100 },
    );
  }
}

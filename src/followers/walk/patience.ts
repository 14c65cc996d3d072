import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { WechatCall } from '../../wechat/explanations.js';
import { pageFailure, type SyncProblem } from '../record/sync-problem.js';

/** How long we wait before each further try for one page; less than the silence after which a walk is nudged. */
export class PagePauses {
  readonly ms: readonly number[] = [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000];
}

/** Thrown where the work must be left: it has ended, or the service stops and another worker goes on. */
export class Left extends Error {
  override readonly name = 'Left';
}

/** What is done while WeChat gives no page. */
export interface Waiting {
  /** Says that somebody is on it. False: it has ended. */
  keepAlive(): Promise<boolean>;
}

export interface WaitingWalk extends Waiting {
  /** Ends the walk without its result. */
  fail(problem: SyncProblem): Promise<void>;
}

/** Asks WeChat again and again, one call at a time, for as long as a failure may pass by itself. */
@Injectable()
export class Patience {
  readonly #pauses: PagePauses;

  constructor(pauses: PagePauses) {
    this.#pauses = pauses;
  }

  /** Throws the failure that stays, or `Left`. */
  async ask<T>(
    call: WechatCall,
    ask: () => Promise<T>,
    waiting: Waiting,
    signal: AbortSignal,
  ): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await ask();
      } catch (error) {
        const pauseMs = this.#pauses.ms[tries];
        if (pauseMs === undefined || pageFailure(error, call)?.passing !== true) throw error;
        await pause(pauseMs, signal);
        if (!(await waiting.keepAlive())) throw new Left();
      }
    }
  }

  /** Undefined when this worker must leave the walk: it failed, the service stops, or another worker has it. */
  async askForPage<T>(
    call: WechatCall,
    ask: () => Promise<T>,
    walk: WaitingWalk,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    try {
      return await this.ask(call, ask, walk, signal);
    } catch (error) {
      if (error instanceof Left) return undefined;
      const failure = pageFailure(error, call);
      if (failure === undefined) throw error;
      await walk.fail(failure.problem);
      return undefined;
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw new Left();
  }
}

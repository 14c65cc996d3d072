import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { actingAsSystem } from '../kernel/acting.js';
import { CheckRun } from './check-run.js';
import { CheckFacts } from './check-facts.js';
import { ChecksRepository } from './checks.repository.js';
import { type Step, stepsOf } from './steps.js';

export interface Checkup {
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly steps: readonly Step[];
  /** What it does itself is done by the process that was asked; a walk of the followers waits for a worker. */
  readonly waitingFor: 'worker' | null;
}

/** What is left to do before an account can send and hear, and the check that finds out. */
@Injectable()
export class CheckupService {
  readonly #checks: ChecksRepository;
  readonly #run: CheckRun;
  readonly #accounts: AccountsService;
  readonly #facts: CheckFacts;

  constructor(
    checks: ChecksRepository,
    run: CheckRun,
    accounts: AccountsService,
    facts: CheckFacts,
  ) {
    this.#checks = checks;
    this.#run = run;
    this.#accounts = accounts;
    this.#facts = facts;
  }

  /** Begins a check, unless one runs, and answers how it stands. */
  async start(appid: string): Promise<Checkup> {
    const account = await this.#accounts.requireAccount(appid);
    const run = await this.#checks.begin(account);
    // What it finds on the way is its own doing, whoever asked for the check.
    if (run !== undefined) void actingAsSystem(() => this.#run.go(account, run));
    return await this.show(appid);
  }

  async show(appid: string): Promise<Checkup> {
    const account = await this.#accounts.requireAccount(appid);
    const check = await this.#checks.find(account.id);
    const facts = await this.#facts.of(account, check);
    return {
      startedAt: check?.startedAt ?? null,
      finishedAt: check?.finishedAt ?? null,
      steps: stepsOf(facts),
      waitingFor: facts.followers?.untaken === true ? 'worker' : null,
    };
  }
}

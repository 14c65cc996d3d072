import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { ProcessRole } from '../broadcast/engine/record/live-processes.js';
import { RolesConfig } from '../config/config.js';
import { RoleBeat } from './role-beat.js';
import { Standstill } from './standstill.js';
import { type StoreCheck, StoreChecks } from './store-checks.js';
import { withTimeout } from '../kernel/with-timeout.js';

const PATIENCE_MS = 1_000;

export interface Readiness {
  readonly status: 'ready' | 'not ready';
  /** By store, and in a worker by turn; see docs/operating.md. */
  readonly checks: Readonly<Record<string, StoreCheck | 'stands_still' | 'stopping'>>;
  /** Roles that no live process has. This one can do its part without, so it is ready all the same. */
  readonly missing?: readonly ProcessRole[];
}

/** Whether this process can do what its roles are for. Anybody may ask, so the answer names no details. */
@Injectable()
export class ReadinessService implements BeforeApplicationShutdown {
  #stopping = false;
  readonly #roles: RolesConfig;
  readonly #stores: StoreChecks;
  readonly #standstill: Standstill;
  readonly #roleBeat: RoleBeat;

  constructor(roles: RolesConfig, stores: StoreChecks, standstill: Standstill, roleBeat: RoleBeat) {
    this.#roles = roles;
    this.#stores = stores;
    this.#standstill = standstill;
    this.#roleBeat = roleBeat;
  }

  /** From now on a load balancer sends nobody here any more. */
  beforeApplicationShutdown(): void {
    this.#stopping = true;
  }

  async check(): Promise<Readiness> {
    if (this.#stopping) return { status: 'not ready', checks: { process: 'stopping' } };
    const { api, callback, worker } = this.#roles;
    const [database, queue] = await Promise.all([
      // WeChat's pushes need the queue alone: account keys are cached.
      api || worker ? this.#database() : undefined,
      callback || worker ? this.#stores.queue() : undefined,
    ]);
    const checks = {
      ...(database && { database }),
      ...(queue && { queue }),
      ...this.#standstill.checks,
    };
    const status = Object.values(checks).every((check) => check === 'ok') ? 'ready' : 'not ready';
    const { missing } = this.#roleBeat;
    return missing.length > 0 ? { status, checks, missing } : { status, checks };
  }

  async #database(): Promise<StoreCheck> {
    const check = await this.#stores.database();
    // Not part of the check: where reading fails, the roles that were known last are told.
    if (check !== 'away')
      await withTimeout(PATIENCE_MS, this.#roleBeat.readMissing()).catch(() => {});
    return check;
  }
}

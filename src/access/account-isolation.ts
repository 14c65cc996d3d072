import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PathAccounts } from '../http/path-accounts.js';
import { accountNotFound } from './account-not-found.js';
import { AdminsToAsk } from './admins-to-ask.js';
import { type Caller, may, mayEverywhere, sees } from './caller.js';
import type { Needs } from './needs.decorator.js';
import { permissionRequired } from './permission-required.js';

type Asked = Pick<FastifyRequest, 'params' | 'query' | 'body' | 'routeOptions'>;

/**
 * The one place where a request meets the accounts of its caller: those that its path, query and body name, and the
 * one that owns the object of its path. What belongs to an account that the caller does not see is not there for
 * them. Lists ask `appidsFor`.
 */
@Injectable()
export class AccountIsolation {
  readonly #paths: PathAccounts;
  readonly #admins: AdminsToAsk;

  constructor(paths: PathAccounts, admins: AdminsToAsk) {
    this.#paths = paths;
    this.#admins = admins;
  }

  async check(caller: Caller, needs: Needs, asked: Asked): Promise<void> {
    const { permission, everywhere } = needs;
    if (mayEverywhere(caller, permission)) return;
    if (everywhere) throw permissionRequired(caller, needs, undefined, await this.#ask());
    const appids = namedIn(asked);
    for (const appid of appids) if (!sees(caller, appid)) throw accountNotFound(appid);
    const owner = await this.#ownerOf(caller, asked);
    if (owner !== undefined) appids.push(owner);
    // Without an account, a list or a draft of one: the handler takes those where the permission is held.
    for (const appid of appids.length === 0 ? [undefined] : appids) {
      if (!may(caller, permission, appid)) {
        throw permissionRequired(caller, needs, appid, await this.#ask(appid));
      }
    }
  }

  #ask(appid?: string): Promise<string[]> {
    return this.#admins.namesFor(appid);
  }

  /** Throws for an object that is another's, and for one that is not there: nobody can tell these apart. */
  async #ownerOf(caller: Caller, { routeOptions, params }: Asked): Promise<string | undefined> {
    const { url = '' } = routeOptions;
    const source = this.#paths.sourceOf(url);
    if (source === undefined) return undefined;
    const owner = await source.appidOf(params);
    if (owner === undefined ? !seesAll(caller) : !sees(caller, owner)) {
      throw source.absent(url, params);
    }
    return owner;
  }
}

const namedIn = ({ params, query, body }: Asked): string[] =>
  [params, query, body]
    .map((part) => (part as { appid?: unknown } | null | undefined)?.appid)
    .filter((appid) => typeof appid === 'string');

const seesAll = ({ grants }: Caller): boolean => grants.some(({ appids }) => appids === null);

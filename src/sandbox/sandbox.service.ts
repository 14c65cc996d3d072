import { Injectable, Logger } from '@nestjs/common';
import { actingAsSystem } from '../kernel/acting.js';
import type { Account } from '../accounts/account.js';
import { AccountsService } from '../accounts/accounts.service.js';
import type { Openid } from '../kernel/ids.js';
import { QuotaInquiry } from '../pacing/quota-inquiry.js';
import { MAIN_CHANNEL } from '../pacing/main-channel.js';
import { Testers } from '../followers/testers/testers.service.js';
import type { Mood } from './moods.js';
import type { Act } from './people.js';
import { type PhoneMessage, phoneMessage } from './phone.js';
import { nobodyThere, notSandbox, sandboxOff } from './sandbox-errors.js';
import { type RunningSandbox, SandboxHost } from './sandbox-host.js';
import { SandboxRepository, type SandboxRecord } from './sandbox.repository.js';

export interface Person {
  readonly openid: Openid;
  readonly name: string | null;
  readonly follows: boolean;
  readonly blocks: boolean;
}

/** A little longer than the ledger takes a claim to be on its way. */
const ON_ITS_WAY_MS = 11_000;
const MOST_TESTERS = 100;
/** A phone shows so many messages. */
const SHOWN = 50;

/** What a learner does with a pretended account: change WeChat's mood, look at phones, be somebody else. */
@Injectable()
export class SandboxService {
  readonly #logger = new Logger(SandboxService.name);
  readonly #host: SandboxHost;
  readonly #accounts: AccountsService;
  readonly #sandboxes: SandboxRepository;
  readonly #testers: Testers;
  readonly #quotas: QuotaInquiry;

  constructor(
    host: SandboxHost,
    accounts: AccountsService,
    sandboxes: SandboxRepository,
    testers: Testers,
    quotas: QuotaInquiry,
  ) {
    this.#host = host;
    this.#accounts = accounts;
    this.#sandboxes = sandboxes;
    this.#testers = testers;
    this.#quotas = quotas;
  }

  async show(appid: string): Promise<SandboxRecord> {
    const { id } = await this.#requireSandbox(appid);
    const sandbox = await this.#sandboxes.find(id);
    if (sandbox === undefined) throw sandboxOff();
    return sandbox;
  }

  /** The quota is asked for anew, so that what waits for the next day goes on, or what runs stops. */
  async setMood(appid: string, mood: Mood): Promise<SandboxRecord> {
    const account = await this.#requireSandbox(appid);
    const { moods } = await this.#running(account);
    await this.#sandboxes.setMood(account.id, appid, mood);
    moods.apply(mood);
    await this.#askQuota(account);
    // Lower figures count only once nothing of ours can be on its way any more.
    setTimeout(() => void this.#askQuota(account), ON_ITS_WAY_MS).unref();
    return await this.show(appid);
  }

  /** The testers, who have names. */
  async people(appid: string): Promise<Person[]> {
    const account = await this.#requireSandbox(appid);
    const { wechat } = await this.#running(account);
    const { items } = await this.#testers.list(account.id, undefined, MOST_TESTERS);
    return items
      .filter(({ openid }) => wechat.account().followers.find(openid) !== undefined)
      .map(({ openid, name }) => personOf(wechat, openid, name));
  }

  async inbox(appid: string, openid: Openid): Promise<{ person: Person; items: PhoneMessage[] }> {
    const account = await this.#requireSandbox(appid);
    const { wechat } = await this.#running(account);
    const person = await this.#requirePerson(account, wechat, openid);
    const [ledger] = wechat.ledger({ openid }).items;
    const now = wechat.clock.now();
    const { templates } = wechat.account();
    const shown = (ledger?.messages ?? [])
      .toReversed()
      .flatMap((message) => phoneMessage(message, templates.find(message.templateId), now) ?? []);
    return {
      person,
      items: shown.toSorted((a, b) => b.at.getTime() - a.at.getTime()).slice(0, SHOWN),
    };
  }

  /** What they do is on record first, so that a restart finds them as they are. */
  async act(appid: string, openid: Openid, act: Act): Promise<Person> {
    const account = await this.#requireSandbox(appid);
    const { wechat } = await this.#running(account);
    await this.#requirePerson(account, wechat, openid);
    const record = (list: 'unfollowed' | 'blocking', isOn: boolean) =>
      this.#sandboxes.setPerson(account.id, appid, list, openid, isOn);
    switch (act) {
      case 'unfollow':
        await record('unfollowed', true);
        wechat.moveFollowers({ unsubscribe: [openid], push: true });
        break;
      case 'follow':
        await record('unfollowed', false);
        wechat.moveFollowers({ subscribe: [openid], push: true });
        break;
      case 'block':
      case 'unblock':
        await record('blocking', act === 'block');
        wechat.refuseMessages(openid, act === 'block');
        break;
      case 'say':
        await wechat.push({ openid, text: '1' });
        break;
    }
    return await this.#requirePerson(account, wechat, openid);
  }

  async #askQuota(account: Account): Promise<void> {
    // The mood is what somebody changed; that we ask follows from it.
    await actingAsSystem(() =>
      this.#quotas.ask(account, MAIN_CHANNEL[account.kind], 'operator'),
    ).catch((err: unknown) =>
      this.#logger.warn({ appid: account.appid, err }, 'the quota of a sandbox is not known anew'),
    );
  }

  async #requireSandbox(appid: string): Promise<Account> {
    const account = await this.#accounts.requireAccount(appid);
    if (account.apiBase === null) throw notSandbox(appid);
    return account;
  }

  async #running({ appid }: Account): Promise<RunningSandbox> {
    const running = await this.#host.find(appid);
    if (running === undefined) throw sandboxOff();
    return running;
  }

  async #requirePerson(
    { id }: Account,
    wechat: RunningSandbox['wechat'],
    openid: Openid,
  ): Promise<Person> {
    if (wechat.account().followers.find(openid) === undefined) throw nobodyThere(openid);
    return personOf(wechat, openid, (await this.#testers.find(id, openid))?.name ?? null);
  }
}

function personOf(wechat: RunningSandbox['wechat'], openid: Openid, name: string | null): Person {
  const account = wechat.account();
  const index = account.followers.find(openid) ?? -1;
  return {
    openid,
    name,
    follows: !account.hasLeft(index),
    blocks: account.natureOf(index) === 'blocking',
  };
}

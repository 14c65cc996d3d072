import type { Followers } from '../followers/followers.js';
import type { SimulatedClock } from '../kernel/simulated-clock.js';
import { Rejection } from '../kernel/rejection.js';
import type { EventFields } from '../pushes/event-text.js';
import { subscriptionEventText } from '../pushes/subscription-event.js';
import type { GrantOrder, GrantPushes, SceneOrder } from './grant-order.js';
import type { GrantAnswer, Grants } from './grants.js';
import type { CallbackPusher } from '../pushes/callback-pusher.js';
import type { AccountSettings } from '../settings/account-settings.js';

/** The account that asks. */
type Asker = {
  readonly settings: AccountSettings;
  readonly followers: Followers;
  readonly grants: Grants;
  readonly pushes: CallbackPusher;
};

type Person = { readonly openid: string; readonly follower: number };

/** Applies the answers at once, and then pushes them. The pushes of one person come in order. */
export const applyGrantOrder = async (
  account: Asker,
  clock: SimulatedClock,
  order: GrantOrder,
): Promise<GrantPushes> => {
  const { openids, templateIds, answer = 'accept', times = 1 } = order;
  const people = requirePeople(account, openids);
  for (const { follower } of people) {
    for (let time = 0; time < times; time++)
      templateIds.forEach((templateId) => account.grants.answer(follower, templateId, answer));
  }
  const { push = true, popupScene = 0 } = order;
  if (!push || !account.settings.callback.url) return { pushed: 0, answeredWell: 0 };

  const items = templateIds.map((TemplateId) => item(TemplateId, answer, popupScene));
  const tell = async (person: Person): Promise<number> => {
    let answeredWell = 0;
    for (let time = 0; time < times; time++)
      if (await pushAnswer(account, clock, person, answer, items)) answeredWell++;
    return answeredWell;
  };
  const good = await Promise.all(people.map(tell));
  return { pushed: people.length * times, answeredWell: good.reduce((sum, one) => sum + one, 0) };
};

export const applySceneOrder = (
  account: Asker,
  { openids, scene, times = 1 }: SceneOrder,
): void => {
  for (const { follower } of requirePeople(account, openids))
    for (let time = 0; time < times; time++) account.grants.answerScene(follower, scene);
};

async function pushAnswer(
  { settings, grants, pushes }: Asker,
  clock: SimulatedClock,
  { openid, follower }: Person,
  answer: GrantAnswer,
  items: readonly EventFields[],
): Promise<boolean> {
  const { ghId, callback, subscriptions } = settings;
  const head = {
    ToUserName: ghId,
    FromUserName: openid,
    CreateTime: grants.nextSecond(follower, clock.now()),
  };
  const text =
    answer === 'withdraw'
      ? subscriptionEventText(
          callback.format,
          head,
          'subscribe_msg_change_event',
          items,
          subscriptions.mislabelledChanges ? 'SubscribeMsgPopupEvent' : undefined,
        )
      : subscriptionEventText(callback.format, head, 'subscribe_msg_popup_event', items);
  const { verdict } = await pushes.push({ openid, text });
  return verdict === 'ok';
}

function item(TemplateId: string, answer: GrantAnswer, PopupScene: number): EventFields {
  return answer === 'withdraw'
    ? { TemplateId, SubscribeStatusString: 'reject' }
    : { TemplateId, SubscribeStatusString: answer, PopupScene };
}

function requirePeople({ followers }: Asker, openids: readonly string[]): Person[] {
  return openids.map((openid) => {
    const follower = followers.find(openid);
    if (follower === undefined) throw new Rejection(`${openid} is nobody's openid here`);
    return { openid, follower };
  });
}

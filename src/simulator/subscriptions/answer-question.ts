import type { Account } from '../accounts/account.js';
import type { SimulatedClock } from '../clock.js';
import { Rejection } from '../rejection.js';
import type { EventFields } from '../receipts/event-text.js';
import { subscriptionEventText } from '../receipts/subscription-event.js';
import type { GrantOrder, GrantPushes, SceneOrder } from './grant-order.js';
import type { GrantAnswer } from './grants.js';

type Person = { readonly openid: string; readonly follower: number };

/** WeChat knows the answers at once; the account hears of them one by one, each person's in their order. */
export const answerQuestion = async (
  account: Account,
  clock: SimulatedClock,
  order: GrantOrder,
): Promise<GrantPushes> => {
  const { openids, templateIds, answer = 'accept', times = 1 } = order;
  const people = peopleBehind(account, openids);
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

export const agreeToScene = (account: Account, { openids, scene, times = 1 }: SceneOrder): void => {
  for (const { follower } of peopleBehind(account, openids))
    for (let time = 0; time < times; time++) account.grants.answerScene(follower, scene);
};

async function pushAnswer(
  { settings, grants, receipts }: Account,
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
  const { verdict } = await receipts.push({ openid, text });
  return verdict === 'ok';
}

function item(TemplateId: string, answer: GrantAnswer, PopupScene: number): EventFields {
  return answer === 'withdraw'
    ? { TemplateId, SubscribeStatusString: 'reject' }
    : { TemplateId, SubscribeStatusString: answer, PopupScene };
}

function peopleBehind({ followers }: Account, openids: readonly string[]): Person[] {
  return openids.map((openid) => {
    const follower = followers.find(openid);
    if (follower === undefined) throw new Rejection(`${openid} is nobody's openid here`);
    return { openid, follower };
  });
}

import { randomBytes } from 'node:crypto';
import { RandomSource } from '../../chaos/plan/random-source.js';
import { type HonestEvent, honestEvent, written } from './push-facts.js';
import { FORGERIES, SEALED_FORGERIES, signed, type WirePush } from './push-forgeries.js';
import { SPOILINGS, SPOILT_TEXTS } from './unreadable-events.js';

export interface FuzzAccount {
  readonly appid: string;
  readonly id: number;
  readonly token: string;
  readonly encodingAesKey: string;
  readonly mode: 'plain' | 'compatible' | 'safe';
}

export interface FuzzedPush extends WirePush {
  /** What was done to it. */
  readonly what: string;
  /** `cut`: the connection may break while more is sent than is taken. */
  readonly wanted: 'taken' | 'refused' | 'either' | 'cut';
  /** The rows that it makes, each with its account. */
  readonly facts: readonly string[];
}

export interface FuzzScene {
  /** What they have on record must be what honest pushes said, and nothing else. */
  readonly strict: readonly FuzzAccount[];
  /** Of these the bytes are changed before they are signed: who knows what they say. */
  readonly loose: readonly FuzzAccount[];
}

/** Pushes by a seed, in groups that must be sent in their order. */
export function* fuzzedPushes(
  seed: number,
  { strict, loose }: FuzzScene,
  count: number,
): Generator<FuzzedPush[]> {
  const random = new RandomSource(seed);
  for (let made = 0; made < count;) {
    const account = random.pick(strict);
    const other = random.pick(strict.filter(({ id }) => id !== account.id));
    const group = groupOf(random, { account, other, stranger: random.pick(loose) }, made);
    made += group.length;
    yield group;
  }
}

/** An honest one for each: a stamp of another time is refused only once an account has shown a fresh one. */
export const firstPushes = (seed: number, { strict }: FuzzScene): FuzzedPush[] => {
  const random = new RandomSource(seed);
  return strict.map((account) =>
    honest(random, account, honestEvent(random, 'first', account.mode)),
  );
};

interface Players {
  readonly account: FuzzAccount;
  readonly other: FuzzAccount;
  readonly stranger: FuzzAccount;
}

function groupOf(
  random: RandomSource,
  { account, other, stranger }: Players,
  made: number,
): FuzzedPush[] {
  const eventOf = (who: string): HonestEvent => honestEvent(random, `${who}_${made}`, account.mode);
  switch (
    random.pick(['honest', 'forged', 'forged', 'spoilt', 'spoilt', 'loose', 'rare'] as const)
  ) {
    case 'honest':
      return [honest(random, account, eventOf('amy'))];
    case 'forged': {
      const forgeries = { ...FORGERIES, ...(account.mode !== 'plain' && SEALED_FORGERIES) };
      const what = random.pick(Object.keys(forgeries));
      const text = written(random, eventOf('evil').fields);
      const push = (forgeries[what] as (typeof FORGERIES)[string])(random, account, text, {
        other,
      });
      // The noise of an odd moment may be a whole push's beginning in plain mode, where no body is signed.
      const isOpen = what.startsWith('noise') && account.mode === 'plain';
      return [{ ...push, what, wanted: isOpen ? 'either' : 'refused', facts: [] }];
    }
    case 'spoilt':
      return [spoilt(random, account, eventOf('evil'))];
    case 'loose':
      return [changed(random, stranger, written(random, eventOf('blur').fields))];
    case 'rare':
      return rare(random, account, eventOf);
  }
}

const honest = (
  random: RandomSource,
  account: FuzzAccount,
  { fields, facts }: HonestEvent,
): FuzzedPush => ({
  ...signed(random, account, written(random, fields)),
  what: `honest, ${account.mode}`,
  wanted: 'taken',
  facts: facts.map((fact) => `${account.id} ${fact}`),
});

function spoilt(random: RandomSource, account: FuzzAccount, { fields }: HonestEvent): FuzzedPush {
  const what = random.pick([...Object.keys(SPOILINGS), ...Object.keys(SPOILT_TEXTS)]);
  const text = written(random, SPOILINGS[what]?.(random, fields) ?? fields);
  const body = SPOILT_TEXTS[what]?.(random, text) ?? text;
  return { ...signed(random, account, body), what, wanted: 'either', facts: [] };
}

/** Some bytes of it, before it is signed. */
function changed(random: RandomSource, account: FuzzAccount, text: string): FuzzedPush {
  const bytes = Buffer.from(text);
  for (let times = random.times(1, 8); times > 0; times--)
    bytes[random.times(0, bytes.length - 1)] = random.times(0, 255);
  const what = `bytes, ${account.mode}`;
  return { ...signed(random, account, bytes), what, wanted: 'either', facts: [] };
}

function rare(
  random: RandomSource,
  account: FuzzAccount,
  eventOf: (who: string) => HonestEvent,
): FuzzedPush[] {
  switch (random.pick(['replay', 'replay', 'retry', 'beside', 'large'] as const)) {
    case 'replay':
      return replay(random, account, eventOf);
    case 'retry': {
      const push = honest(random, account, eventOf('bob'));
      return Array.from({ length: random.times(2, 4) }, () => ({
        ...push,
        what: 'the same again',
      }));
    }
    case 'beside':
      return [besideTheClear(random, account, eventOf)];
    case 'large': {
      // Rarer still: a megabyte each.
      if (!random.chance(0.1)) return [honest(random, account, eventOf('amy'))];
      const push = signed(random, account, '{}');
      const body = randomBytes(1024 * 1024 + 1);
      return [{ ...push, body, what: 'more than a megabyte', wanted: 'cut', facts: [] }];
    }
  }
}

/** In plain mode the fourth body under one stamp; elsewhere another body under a signature that covers the first. */
function replay(
  random: RandomSource,
  account: FuzzAccount,
  eventOf: (who: string) => HonestEvent,
): FuzzedPush[] {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = String(random.times(1, 999_999_999));
  const bodies = ['cat', 'dan', 'eve'].map((who) => eventOf(who));
  const before = bodies.map(({ fields, facts }) => ({
    ...signed(random, account, written(random, fields), { timestamp, nonce }),
    what: 'three under one stamp',
    wanted: 'taken' as const,
    facts: facts.map((fact) => `${account.id} ${fact}`),
  }));
  const evil = signed(random, account, written(random, eventOf('evil').fields), {
    timestamp,
    nonce,
  });
  const query = before[0]?.query ?? '';
  return [...before, { ...evil, query, what: 'a replayed stamp', wanted: 'refused', facts: [] }];
}

/** What stands in the clear beside what is encrypted is nobody's word. */
function besideTheClear(
  random: RandomSource,
  account: FuzzAccount,
  eventOf: (who: string) => HonestEvent,
): FuzzedPush {
  const push = honest(random, account, eventOf('amy'));
  const encrypted = /<Encrypt>.*<\/Encrypt>/.exec(String(push.body))?.[0];
  if (account.mode === 'plain' || encrypted === undefined) return push;
  const clear =
    '<FromUserName><![CDATA[evil]]></FromUserName><CreateTime>1721621154</CreateTime>' +
    '<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[unsubscribe]]></Event>';
  return {
    ...push,
    body: `<xml>${clear}${encrypted}</xml>`,
    what: 'beside something in the clear',
  };
}

/** All that can be done to a push, to tell that each was tried. */
export const FUZZINGS: readonly string[] = [
  ...Object.keys(FORGERIES),
  ...Object.keys(SEALED_FORGERIES),
  ...Object.keys(SPOILINGS),
  ...Object.keys(SPOILT_TEXTS),
  'the same again',
  'a replayed stamp',
  'beside something in the clear',
  'more than a megabyte',
];

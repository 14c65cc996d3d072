import type { Population } from '../followers/population.js';

export type AccountKind = 'service' | 'mini_program';
export type CallbackMode = 'plain' | 'compatible' | 'safe';

export type CallbackSettings = {
  /** The address for pushed events. An empty one means no pushes. */
  readonly url: string;
  readonly token: string;
  /** 43 characters. The modes `compatible` and `safe` need it. */
  readonly encodingAesKey: string;
  readonly mode: CallbackMode;
  readonly format: 'xml' | 'json';
};

export type TokenSettings = {
  /** If it is not 0, the token endpoints refuse with it: 40164 (address not listed), 40243 (secret frozen). */
  readonly errcode: number;
  /** The answer to a wrong secret. WeChat uses both 40125 and 40001. */
  readonly wrongSecretErrcode: number;
  readonly lifetimeSeconds: number;
};

export type SendingSettings = {
  /** The time until a send is answered. */
  readonly latencyMinMs: number;
  readonly latencyMaxMs: number;
  /** Sends a day. With 0 it is what WeChat grants for this many followers. */
  readonly dailyLimit: number;
  readonly minuteLimit: number;
  /** The hour in Shanghai at which daily quotas start anew. It is not documented. */
  readonly quotaResetHour: number;
  /** The answer to a repeated `client_msg_id`: 0 with the first msgid, or an errcode. It is not documented. */
  readonly repeatErrcode: number;
  /** The same message to the same openid within this time gets 40241. With 0 the ledger counts it as a duplicate. */
  readonly duplicateWindowSeconds: number;
  /** WeChat sometimes writes `is emtpy`. */
  readonly misspellEmpty: boolean;
  /** Puts raw control characters into errmsg, as some real answers have. */
  readonly controlCharacters: boolean;
};

export type ListSettings = {
  /** The last page of openids has no `data` key (as seen today), an empty one, or one empty string (an old sample). */
  readonly end: 'no_data' | 'empty_data' | 'empty_string';
  /** Whether an empty `next_openid` gets 40003, as was once seen, or counts as absent. */
  readonly refuseEmptyNextOpenid: boolean;
  /** The page size of getblacklist. Sources say 1,000 or 10,000. */
  readonly blacklistPage: number;
};

export type ReceiptSettings = {
  /** The time from the answer of the send to the push. Different delays reorder receipts. */
  readonly delayMinMs: number;
  readonly delayMaxMs: number;
  /** Receipts are held back and pushed together at this interval. With 0 each is pushed on its own. */
  readonly burstMs: number;
  /** Receipts due at the same moment are pushed in random order. */
  readonly shuffle: boolean;
  /** The share that the callback answers before the send is answered. */
  readonly early: number;
  /** The share that is pushed twice although the first push was answered well. */
  readonly twice: number;
  /** The share that is never pushed. */
  readonly never: number;
  /** The share whose MsgID is 0. */
  readonly zeroMsgid: number;
  /** The share of ordinary recipients whose message fails with `unknownStatus`. */
  readonly unknown: number;
  readonly unknownStatus: string;
  /** The most pushes in flight. */
  readonly concurrency: number;
  /** The time that the callback may take to answer. WeChat grants 5 s. */
  readonly answerTimeoutMs: number;
  /** The most tries of a push that is not answered well. */
  readonly tries: number;
  readonly retryDelayMs: number;
  /** Whether a retry has a new timestamp, nonce and signature. It is not documented. */
  readonly resign: boolean;
};

/** Messages that a person must have allowed: `subscribe/send` and `subscribe/bizsend`. */
export type SubscriptionSettings = {
  /** Leaves the msgid out of the answer, as the older documentation does. */
  readonly withoutMsgid: boolean;
  /** The answer to a second send to one openid during the first. With 0 it is accepted. */
  readonly concurrentErrcode: number;
  /** The ErrorCode of a subscribe_msg_sent_event about a failure. It is not documented. */
  readonly failedErrorCode: number;
  /** Pushes a subscribe_msg_change_event as SubscribeMsgPopupEvent, as one documented sample does. */
  readonly mislabelledChanges: boolean;
};

/** WeChat's review of template messages (40252). `told`, `silent` and `refused` are shares of those under review. */
export type ReviewSettings = {
  /** The share of messages that are taken into review. */
  readonly share: number;
  /** The time until a review is decided. */
  readonly delayMinMs: number;
  readonly delayMaxMs: number;
  /** The share that passes with its msgid beside the errcode. The msgid of other messages is not told. */
  readonly told: number;
  /** The share that passes without a receipt. */
  readonly silent: number;
  /** The share that is refused, and listed by `queryblocktmplmsg`. */
  readonly refused: number;
  /** `queryblocktmplmsg` answers a single message as an object, as its documentation does. */
  readonly singleAsObject: boolean;
};

export type MiniProgramSettings = {
  /** Pages of the released app. A message that leads to another page gets 41030. An empty list means all pages. */
  readonly pages: readonly string[];
  /** Whether the retired `message/wxopen/template/send` works as it did until 2020. */
  readonly wxopen: boolean;
};

/** All settings of one simulated account. All but the first four may change while it runs. */
export type AccountSettings = {
  readonly appid: string;
  readonly kind: AccountKind;
  readonly followers: number;
  /** Accounts with the same seed have the same openids. The default is the appid. */
  readonly openidSeed: string;
  readonly secret: string;
  /** The account is a 测试号. Its templates have free names, and no value is checked. */
  readonly testAccount: boolean;
  /** The account's name in pushes. */
  readonly ghId: string;
  readonly callback: CallbackSettings;
  readonly population: Population;
  readonly token: TokenSettings;
  readonly sending: SendingSettings;
  readonly lists: ListSettings;
  readonly receipts: ReceiptSettings;
  readonly reviews: ReviewSettings;
  readonly subscriptions: SubscriptionSettings;
  readonly miniProgram: MiniProgramSettings;
};

/** Some settings. The others stay unchanged. */
export type AccountPatch = {
  readonly [Key in keyof AccountSettings]?: AccountSettings[Key] extends object
    ? Partial<AccountSettings[Key]>
    : AccountSettings[Key];
};

export const DEFAULT_ACCOUNT: AccountSettings = {
  appid: 'wx0123456789abcdef',
  kind: 'service',
  followers: 2_000,
  openidSeed: '',
  secret: '0123456789abcdef0123456789abcdef',
  testAccount: false,
  ghId: 'gh_0123456789ab',
  callback: { url: '', token: 'simulator', encodingAesKey: '', mode: 'plain', format: 'xml' },
  population: { left: 0, blocking: 0, failing: 0 },
  token: { errcode: 0, wrongSecretErrcode: 40125, lifetimeSeconds: 7_200 },
  sending: {
    latencyMinMs: 0,
    latencyMaxMs: 0,
    dailyLimit: 0,
    minuteLimit: 4_200_000,
    quotaResetHour: 0,
    repeatErrcode: 0,
    duplicateWindowSeconds: 0,
    misspellEmpty: false,
    controlCharacters: false,
  },
  lists: { end: 'no_data', refuseEmptyNextOpenid: false, blacklistPage: 1_000 },
  receipts: {
    delayMinMs: 10,
    delayMaxMs: 200,
    burstMs: 0,
    shuffle: false,
    early: 0,
    twice: 0,
    never: 0,
    zeroMsgid: 0,
    unknown: 0,
    unknownStatus: 'failed: not yet heard of',
    concurrency: 100,
    answerTimeoutMs: 5_000,
    tries: 3,
    retryDelayMs: 1_000,
    resign: true,
  },
  reviews: {
    share: 0,
    delayMinMs: 1_000,
    delayMaxMs: 5_000,
    told: 0,
    silent: 0,
    refused: 0,
    singleAsObject: false,
  },
  subscriptions: {
    withoutMsgid: false,
    concurrentErrcode: 43108,
    failedErrorCode: -1,
    mislabelledChanges: false,
  },
  miniProgram: { pages: [], wxopen: false },
};

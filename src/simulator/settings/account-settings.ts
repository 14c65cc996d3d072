import type { Population } from '../followers/population.js';

export type AccountKind = 'service' | 'mini_program';
export type CallbackMode = 'plain' | 'compatible' | 'safe';

export type CallbackSettings = {
  /** Where events are pushed; empty: nowhere. */
  readonly url: string;
  readonly token: string;
  /** 43 characters; needed by the modes `compatible` and `safe`. */
  readonly encodingAesKey: string;
  readonly mode: CallbackMode;
  readonly format: 'xml' | 'json';
};

export type TokenSettings = {
  /** Not 0: the token endpoints refuse with this, e.g. 40164 (address not on the list) or 40243 (secret frozen). */
  readonly errcode: number;
  /** What a wrong secret is answered; WeChat uses both 40125 and 40001. */
  readonly wrongSecretErrcode: number;
  readonly lifetimeSeconds: number;
};

export type SendingSettings = {
  /** How long a send takes before it is answered. */
  readonly latencyMinMs: number;
  readonly latencyMaxMs: number;
  /** Sends a day; 0: what WeChat grants an account of this many followers. */
  readonly dailyLimit: number;
  readonly minuteLimit: number;
  /** The hour in Shanghai at which daily quotas start anew; not documented. */
  readonly quotaResetHour: number;
  /** What a repeated `client_msg_id` is answered: 0 with the first msgid, or an errcode. Not documented. */
  readonly repeatErrcode: number;
  /** The same message to the same person again within this time: 40241. 0: never, so that a ledger shows such sends as duplicates. */
  readonly duplicateWindowSeconds: number;
  /** WeChat also writes `is emtpy`. */
  readonly misspellEmpty: boolean;
  /** Raw control characters inside errmsg, as some real answers carry. */
  readonly controlCharacters: boolean;
};

export type ListSettings = {
  /** How a list of openids ends: the `data` key missing (as seen today), empty, or holding one empty string (an old sample). */
  readonly end: 'no_data' | 'empty_data' | 'empty_string';
  /** Whether an empty `next_openid` counts as absent or, as once seen, gets 40003. */
  readonly refuseEmptyNextOpenid: boolean;
  /** Page size of getblacklist; sources disagree between 1,000 and 10,000. */
  readonly blacklistPage: number;
};

export type ReceiptSettings = {
  /** From the answer to the send until the push; a spread reorders receipts. */
  readonly delayMinMs: number;
  readonly delayMaxMs: number;
  /** Receipts are held back and let go together every so often; 0: each on its own. */
  readonly burstMs: number;
  /** Receipts due at the same moment are pushed in random order. */
  readonly shuffle: boolean;
  /** Share pushed, and answered by the callback, before the send itself is answered. */
  readonly early: number;
  /** Share pushed a second time although the first push was answered well. */
  readonly twice: number;
  /** Share that is never pushed. */
  readonly never: number;
  /** Share whose MsgID is 0. */
  readonly zeroMsgid: number;
  /** Share of ordinary recipients whose message fails with `unknownStatus`. */
  readonly unknown: number;
  readonly unknownStatus: string;
  /** Pushes in flight at once. */
  readonly concurrency: number;
  /** How long the callback may take to answer; WeChat grants 5 s. */
  readonly answerTimeoutMs: number;
  /** How often a push is tried until it is answered well. */
  readonly tries: number;
  readonly retryDelayMs: number;
  /** Whether a retry carries a fresh timestamp, nonce and signature. Not documented. */
  readonly resign: boolean;
};

/** Messages that a person must have asked for: `subscribe/send` and `subscribe/bizsend`. */
export type SubscriptionSettings = {
  /** Leaves the msgid out of the answer, as the older documentation does. */
  readonly withoutMsgid: boolean;
  /** What a second send to one openid gets while the first one lasts; 0: nothing, it goes through. */
  readonly concurrentErrcode: number;
  /** The ErrorCode of a subscribe_msg_sent_event that tells of a failure; not documented. */
  readonly failedErrorCode: number;
  /** Pushes a subscribe_msg_change_event under the name SubscribeMsgPopupEvent, as one documented sample has it. */
  readonly mislabelledChanges: boolean;
};

/** The platform's review of template messages (40252). Shares of `told`, `silent` and `refused` are of those under review. */
export type ReviewSettings = {
  /** Share of messages that are taken into review. */
  readonly share: number;
  /** Until it is decided. */
  readonly delayMinMs: number;
  readonly delayMaxMs: number;
  /** Share that passes and whose msgid stands beside the errcode; the others' msgid nobody is told. */
  readonly told: number;
  /** Share that passes without a receipt. */
  readonly silent: number;
  /** Share that is refused, which `queryblocktmplmsg` lists. */
  readonly refused: number;
  /** `queryblocktmplmsg` answers with an object where it lists one message, as its page has it. */
  readonly singleAsObject: boolean;
};

export type MiniProgramSettings = {
  /** Pages of the released app; a message that leads to another one gets 41030. None: all pages exist. */
  readonly pages: readonly string[];
  /** The retired `message/wxopen/template/send` works as it did until 2020. */
  readonly wxopen: boolean;
};

/** Everything that can be set about one pretended account. All but the first four may be changed while it runs. */
export type AccountSettings = {
  readonly appid: string;
  readonly kind: AccountKind;
  readonly followers: number;
  /** Accounts with the same seed have the same openids; empty: the appid. */
  readonly openidSeed: string;
  readonly secret: string;
  /** A 测试号: its templates have free names, and no value is checked. */
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

/** Some settings; what is left out stays as it is. */
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

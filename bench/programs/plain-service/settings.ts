/** What the plain service is told by its environment. */
export interface PlainServiceSettings {
  readonly port: number;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly wechatUrl: string;
  readonly appid: string;
  readonly secret: string;
  readonly callbackToken: string;
  /** Whether sends carry `client_msg_id`. Most services do without, so the kill is counted both ways. */
  readonly sendsClientMsgId: boolean;
}

/** The variables of the environment, by the names of the settings. */
const VARIABLES = {
  port: 'PORT',
  databaseUrl: 'DATABASE_URL',
  redisUrl: 'REDIS_URL',
  wechatUrl: 'WECHAT_URL',
  appid: 'WECHAT_APPID',
  secret: 'WECHAT_SECRET',
  callbackToken: 'WECHAT_CALLBACK_TOKEN',
  sendsClientMsgId: 'SENDS_CLIENT_MSG_ID',
} as const satisfies Record<keyof PlainServiceSettings, string>;

export const asEnvironment = (settings: PlainServiceSettings): Record<string, string> =>
  Object.fromEntries(
    Object.entries(VARIABLES).map(([name, variable]) => [
      variable,
      String(settings[name as keyof PlainServiceSettings]),
    ]),
  );

export function readSettings(environment: NodeJS.ProcessEnv): PlainServiceSettings {
  const read = (name: keyof PlainServiceSettings): string => {
    const value = environment[VARIABLES[name]];
    if (value === undefined) throw new Error(`${VARIABLES[name]} should be set, and is not`);
    return value;
  };
  return {
    port: Number(read('port')),
    databaseUrl: read('databaseUrl'),
    redisUrl: read('redisUrl'),
    wechatUrl: read('wechatUrl'),
    appid: read('appid'),
    secret: read('secret'),
    callbackToken: read('callbackToken'),
    sendsClientMsgId: read('sendsClientMsgId') === 'true',
  };
}

/** The token under which providers ask for the settings. */
export const SETTINGS = Symbol('settings');

import type { AccountFault } from './account.js';
import type { Notice } from '../kernel/warning.js';

/** What a person does, and where: WeChat's page for it, where there is one. */
export interface Fix extends Notice {
  readonly url?: string;
  /** The call of ours that does it, where one does. */
  readonly call?: string;
}

const PLATFORM = 'https://developers.weixin.qq.com/platform';
const CONSOLE = 'https://mp.weixin.qq.com';
const TEST_CONSOLE = 'https://mp.weixin.qq.com/debug/cgi-bin/sandbox?t=sandbox/login';

/** WeChat has settings of test accounts on a page of their own. */
const pageOf = (testAccount: boolean, page: string): string => (testAccount ? TEST_CONSOLE : page);

export const whitelistFix = (ip: string | null): Fix => ({
  code: 'add_ip',
  params: { ip: ip ?? '' },
  zh: `打开微信开发者平台，在“我的业务”里选中该公众号，进入“基础信息 → 开发密钥 → API IP 白名单”，加入${ip === null ? '本服务的出口 IP' : ` ${ip}`}，保存。约 5 至 10 分钟后生效，我们每分钟再试。`,
  en: `On WeChat's developer platform (微信开发者平台) choose the account under 我的业务, open 基础信息 → 开发密钥 → API IP 白名单, add ${ip ?? 'the address from which this service calls'}, and save. It takes 5 to 10 minutes; we try again each minute.`,
  url: PLATFORM,
});

export const secretFix = (testAccount: boolean): Fix => ({
  code: 'set_secret',
  params: {},
  zh: testAccount
    ? '打开测试号管理页，核对 appID 与 appsecret，和这里填写的一致后再检查。'
    : '打开微信开发者平台，在“我的业务”里选中该公众号，进入“基础信息 → 开发密钥”，重置或查看 AppSecret，填到这里后再检查。AppSecret 被冻结时，请管理员在同一页解冻。',
  en: testAccount
    ? 'On the page of the test account compare appID and appsecret with what is set here, and check again.'
    : "On WeChat's developer platform (微信开发者平台) choose the account under 我的业务, open 基础信息 → 开发密钥, reset the AppSecret, set it here, and check again. A frozen one an administrator unfreezes there.",
  url: pageOf(testAccount, PLATFORM),
});

export const callbackFix = (testAccount: boolean, url: string | null): Fix => ({
  code: 'set_callback',
  params: { callbackUrl: url ?? '' },
  zh: testAccount
    ? '打开测试号管理页，在“接口配置信息”里填写 URL 和 Token（与这里的一致），点“提交”。'
    : '打开微信开发者平台（原公众平台“设置与开发 → 开发接口管理”），选中该公众号，进入“基础信息 → 消息推送 / 服务器配置”，填写 URL、令牌 (Token)、消息加解密密钥 (EncodingAESKey)，加解密方式选安全模式，提交并启用。',
  en: testAccount
    ? 'On the page of the test account fill in URL and Token under 接口配置信息, as they are here, and submit.'
    : "On WeChat's developer platform (formerly 公众平台, 设置与开发 → 开发接口管理) choose the account, open 基础信息 → 消息推送 (服务器配置), fill in URL, Token and EncodingAESKey, choose 安全模式, submit and switch it on.",
  url: pageOf(testAccount, PLATFORM),
});

export const PUSH_FIX: Fix = {
  code: 'say_something',
  params: {},
  zh: '用手机给公众号发一个“1”，几秒内这里会变成完成。',
  en: 'Send “1” to the account with a phone: this is done within seconds.',
};

export const templatesFix = (testAccount: boolean): Fix => ({
  code: 'add_template',
  params: {},
  zh: testAccount
    ? '打开测试号管理页，在“模板消息接口”里新增测试模板，然后再检查。'
    : '打开公众平台，进入“广告与服务 → 模板消息”，从模板库选用模板（每个公众号最多 25 个），然后再检查。',
  en: testAccount
    ? 'On the page of the test account add a template under 模板消息接口, and check again.'
    : 'In 公众平台 open 广告与服务 → 模板消息, take templates from the library (25 at most), and check again.',
  url: pageOf(testAccount, CONSOLE),
});

export const AGAIN: Fix = {
  code: 'check_again',
  params: {},
  zh: '请再检查一次。',
  en: 'Check again.',
};

/** For faults without a page of their own: their words say what to do, and a check finds out whether it is done. */
export const mendFix = (appid: string, { zh, en, params }: AccountFault): Fix => ({
  code: 'mend_then_check',
  params,
  zh: `${zh}处理好之后，请再检查一次。`,
  en: `${en} Check again once that is done.`,
  call: `POST /v1/accounts/${appid}/check`,
});

export const quotaFix = (appid: string, left: number | null): Fix => ({
  code: 'wait_or_clear',
  params: left === null ? {} : { left },
  zh: `等到第二天额度恢复，或清零今天的次数（每月 10 次${left === null ? '' : `，本月最多还剩 ${left} 次`}）。`,
  en: `Wait for the next day, or clear the day's counts (ten times a month${left === null ? '' : `, ${left} left at most`}).`,
  call: `POST /v1/accounts/${appid}/quota/clear`,
});

export const readTemplatesFix = (appid: string): Fix => ({
  code: 'sync_templates',
  params: {},
  zh: '同步模板。',
  en: 'Sync the templates.',
  call: `POST /v1/accounts/${appid}/templates/sync`,
});

export const readFollowersFix = (appid: string): Fix => ({
  code: 'sync_followers',
  params: {},
  zh: '同步粉丝。',
  en: 'Sync the followers.',
  call: `POST /v1/accounts/${appid}/followers/sync`,
});

export const reviewFix = (broadcastId: string | null): Fix => ({
  code: 'look_at_content',
  params: {},
  zh: '请看内容是否像营销，再改模板或文案；审核中的不要补发，通过后由微信发出。',
  en: 'See whether it reads like advertising, and change template or text. Do not resend what is under review: WeChat sends it if it passes.',
  ...(broadcastId !== null && { call: `GET /v1/broadcasts/${broadcastId}/errors` }),
});

import type { Notice } from '../kernel/warning.js';
import { errcodeEntry } from './errcodes.js';

/** What was asked of WeChat: the same errcode means another thing of another call. */
export type WechatCall =
  'send' | 'template-list' | 'follower-list' | 'quota' | 'qr-code' | 'tags' | 'token';

/** What an errcode means and what to do about it, in both languages. */
type Explanation = Pick<Notice, 'zh' | 'en'>;

/** Errcodes about the account, its token, our address or the request as such: their words fit every call. */
const OF_ANY_CALL: ReadonlySet<number> = new Set([
  40002, 40013, 40014, 40035, 40097, 40125, 40164, 41001, 41002, 41004, 42001, 42007, 43001, 43002,
  43003, 44001, 44002, 44003, 44004, 44005, 45035, 47001, 47002, 48001, 48004, 48009, 48012, 50001,
  50004, 50007, 61003, 61004, 61007, 61014, 61015, 61016, 61017, 61023, 61024, 61451, 63001, 76001,
  76002, 76003, 76004, 76021, 76022, 89503, 89506, 89507,
]);

const BUSY: Explanation = {
  zh: '微信系统繁忙。请稍后再试。',
  en: 'WeChat is busy. Try again a little later.',
};

/** For calls that send nothing. */
const OF_OTHER_CALLS: Readonly<Record<number, Explanation>> = {
  [-1]: BUSY,
  61450: BUSY,
  40001: {
    zh: 'access_token 无效或不是最新，刷新后仍被拒绝。请确认没有其他系统在刷新同一公众号的 token。',
    en: 'access_token invalid or not the newest, also once renewed. Make sure that no other system fetches tokens for this account.',
  },
  40066: {
    zh: '微信没有这个接口地址。请检查 WECHAT_API_BASE，以及代理是否改写了路径；都正确则携带 rid 反馈给开发者。',
    en: 'WeChat has no such address. Check WECHAT_API_BASE, and that a proxy leaves paths as they are; if both are right, report it with its rid.',
  },
  40243: {
    zh: 'AppSecret 已被冻结。请由管理员在微信开发者平台解冻，然后再试。',
    en: 'The AppSecret is frozen. An administrator must unfreeze it on the WeChat developer platform; then try again.',
  },
  45009: {
    zh: '该接口今天的调用额度已用完。额度次日恢复，也可在微信后台清零，然后再试。',
    en: "This call's quota of the day is spent. It renews on the next day, or once it is cleared by hand; then try again.",
  },
  45011: {
    zh: '每分钟调用次数超限。请一分钟后再试。',
    en: 'Too many calls this minute. Try again after a minute.',
  },
};

const OF_CALL: Readonly<
  Record<Exclude<WechatCall, 'send'>, Readonly<Record<number, Explanation>>>
> = {
  'template-list': {},
  'follower-list': {
    40003: {
      zh: '微信不认识续读名单的位置（openid）。请重新同步粉丝。',
      en: 'WeChat does not know the openid at which its list was to go on. Sync again.',
    },
  },
  'qr-code': {
    48001: {
      zh: '这个公众号没有生成带参数二维码的权限（未认证的公众号没有，测试号也可能没有）。请让对方用手机给公众号发一个“1”，再从“最近互动的人”里选。',
      en: 'The account may make no codes with a scene: one that is not verified has no such right, and perhaps no test account. Let them send “1” to the account with a phone, and pick them among those who have just written.',
    },
  },
  tags: {
    40003: {
      zh: 'openid 无效，或属于另一个公众号。请从名单中移除。',
      en: 'The openid is invalid or belongs to another account. Take it off the list.',
    },
    40032: {
      zh: '一次打标签的 openid 数量不合要求，属于本系统错误。请携带 rid 反馈给开发者。',
      en: 'The number of openids in one call is wrong, a fault of ours. Report it to the developers with its rid.',
    },
    45056: {
      zh: '该公众号的标签已达 100 个上限。请删除不用的标签，然后再新建。',
      en: 'The account has its 100 tags already. Delete one that nobody needs, then make the new one.',
    },
    45057: {
      zh: '该标签的粉丝超过 10 万，微信不允许直接删除。请先取消一部分人的标签，降到 10 万以下再删除。',
      en: 'More than 100,000 followers have the tag, and WeChat does not delete such a one. Untag some of them first, then delete it.',
    },
    45058: {
      zh: '微信保留的系统标签（id 为 0、1、2）不能修改、删除。请换用自己建的标签。',
      en: "A tag of WeChat's own (ids 0, 1 and 2) can be neither renamed nor deleted. Use one of your own.",
    },
    45059: {
      zh: '此人的标签已达 20 个上限。请先取消他的其他标签，然后再试。',
      en: 'The person has 20 tags already, the most that WeChat allows. Take another one away, then try again.',
    },
    45157: {
      zh: '标签名不合法，或与已有的标签重名。请换一个名称；若列表里没有同名标签，请先同步标签。',
      en: 'The name is not allowed, or another tag has it. Choose another one; if no tag of that name is listed, sync the tags first.',
    },
    45158: {
      zh: '标签名过长，微信最多 30 个字符（一个汉字可能按多个计）。请改短。',
      en: 'The name is too long: WeChat takes up to 30 characters, and may count a Chinese one as several. Shorten it.',
    },
    45159: {
      zh: '微信没有这个标签。请同步标签后重新选择。',
      en: 'WeChat has no such tag. Sync the tags, then choose again.',
    },
    49003: {
      zh: 'openid 不属于该公众号。请从名单中移除；若大量出现，请检查名单是否属于该公众号。',
      en: 'The openid does not belong to this account. Take it off the list; if many fail so, check that the list is of this account.',
    },
  },
  quota: {
    48006: {
      zh: '本月的 10 次清零已用完（其他系统的清零也计入）。请等待额度次日恢复，下月再清零。',
      en: 'The ten clearings of this month are used up, those by other systems among them. Wait for the next day, or clear in the next month.',
    },
  },
  token: {
    40001: {
      zh: 'AppSecret 错误，或不属于该 appid。请在微信开发者平台核对或重置 AppSecret，并更新公众号设置。',
      en: 'The AppSecret is wrong or belongs to another appid. Check or reset it on the WeChat developer platform and update the account here.',
    },
  },
};

/** A code without words for this call counts as unknown: the words of another call would mislead. */
export function explain(call: WechatCall, errcode: number): Notice {
  const words = wordsFor(call, errcode);
  const params = { errcode };
  if (words !== undefined) return { code: `wechat_${errcode}`, params, ...words };
  return {
    code: 'wechat_unknown',
    params,
    zh: `未知错误码 ${errcode}。请用 rid 在微信开发者平台查询原因。`,
    en: `Unknown errcode ${errcode}. Look its rid up on the WeChat developer platform.`,
  };
}

function wordsFor(call: WechatCall, errcode: number): Explanation | undefined {
  const entry = errcodeEntry(errcode);
  if (call !== 'send') {
    const own = OF_CALL[call][errcode] ?? OF_OTHER_CALLS[errcode];
    if (own !== undefined) return own;
  }
  if (entry !== undefined && (call === 'send' || OF_ANY_CALL.has(errcode)))
    return { zh: entry.zh, en: entry.en };
  return undefined;
}

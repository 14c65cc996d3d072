/**
 * What an errcode asks for. **R** again, with backoff · **RL** this recipient later · **T** a new token, then once
 * more · **P** pause and tell the operator · **F** give this recipient up · **D** a duplicate: what it means depends
 * on whether the delivery is in doubt · **V** in WeChat's review: neither sent nor refused · **B** our bug · **none** not a code that a send should meet.
 */
export type Reaction = 'R' | 'RL' | 'T' | 'P' | 'F' | 'D' | 'V' | 'B' | 'none';

/** One errcode as the answer to a send: how to react, what it means and what to do about it, in both languages. */
export interface ErrcodeEntry {
  readonly errcode: number;
  readonly reaction: Reaction;
  readonly zh: string;
  readonly en: string;
}

type Row = readonly [code: number | readonly number[], reaction: Reaction, zh: string, en: string];

/** By their lowest code. A row of several codes says the same of each. */
const ROWS: readonly Row[] = [
  [
    -1,
    'R',
    '微信系统繁忙，不代表消息未发出。系统会自动退避重试并降速，无需处理。',
    'WeChat is busy, which does not prove that nothing was sent. Retried with backoff and at a lower rate; nothing to do.',
  ],
  [
    40001,
    'T',
    'access_token 无效或不是最新。系统会刷新 token 后重试一次；若反复出现，请确认没有其他系统在刷新同一公众号的 token，并核对 AppSecret。',
    'access_token invalid or not the newest. Renewed and retried once; if it keeps coming, make sure that no other system fetches tokens for this account, and check the AppSecret.',
  ],
  [
    40002,
    'B',
    'grant_type 不合法，属于本系统错误。请携带 rid 反馈给开发者。',
    'Bad grant_type, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    40003,
    'F',
    'openid 无效，或属于另一个公众号。请从名单中移除；若大量出现，请检查名单是否属于该 appid。',
    'The openid is invalid or belongs to another account. Remove it from the list; if many fail so, check that the list belongs to this appid.',
  ],
  [
    40013,
    'P',
    'appid 不合法。请核对公众号的 appid 与 AppSecret 是否匹配。',
    'Bad appid. Check that the appid is right and belongs to this AppSecret.',
  ],
  [
    40014,
    'T',
    'access_token 格式不合法。系统会刷新 token 后重试一次；外部 token 模式请检查外部接口的返回值。',
    'Malformed access_token. Renewed and retried once; with an external token address, check what it answers.',
  ],
  [
    [40029, 40030],
    'none',
    '网页授权的 code 或 refresh_token 无效，与发送任务无关。请检查网页授权流程。',
    'An invalid OAuth code or refresh_token, not part of sending. Check the web authorisation flow.',
  ],
  [
    [40031, 40032],
    'B',
    'openid 列表不合法或数量超限，属于本系统错误。请携带 rid 反馈给开发者。',
    'The openid list is invalid or of the wrong size, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    40033,
    'B',
    '请求体含有 \\uXXXX 转义字符，属于本系统错误。请携带 rid 反馈给开发者。',
    'The request contains \\uXXXX escapes, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    40035,
    'B',
    '参数不合法，属于本系统错误。请携带 rid 反馈给开发者。',
    'Bad argument, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    40036,
    'P',
    'template_id 为空或长度不对。请重新同步模板，并从列表中选择模板。',
    'The template_id is missing or of the wrong length. Sync the templates and choose one from the list.',
  ],
  [
    40037,
    'P',
    'template_id 不存在，可能已随类目被删除。请重新同步模板：仍在列表中就直接继续发送，不在就换一个模板。',
    'Unknown template_id, perhaps deleted along with its category. Sync the templates: if it is still listed, resume; if not, choose another.',
  ],
  [
    40039,
    'P',
    '跳转链接 url 过长或不合法。请缩短或更正链接后继续发送。',
    'The jump url is too long or invalid. Shorten or correct it, then resume.',
  ],
  [
    40048,
    'P',
    '跳转链接的域名不合法。请改用已备案且允许的域名。',
    'The domain of the jump url is not allowed. Use one that is registered and permitted.',
  ],
  [
    40066,
    'P',
    '跳转链接或路径不合法。请更正后继续发送。',
    'The jump url or path is invalid. Correct it, then resume.',
  ],
  [
    40097,
    'B',
    '参数不正确，属于本系统错误。请携带 rid 反馈给开发者。',
    'Wrong argument, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    40125,
    'P',
    'AppSecret 无效，可能已被重置。请在微信开发者平台核对或重置 AppSecret，并更新公众号设置。',
    'Invalid AppSecret, perhaps reset since. Check or reset it on the WeChat developer platform and update the account here.',
  ],
  [
    40164,
    'P',
    '本服务的出口 IP 不在 IP 白名单中。请在微信开发者平台把该 IP 加入白名单，约 5 至 10 分钟后生效。',
    'The address of this service is not on the IP whitelist. Add it on the WeChat developer platform; it takes about 5 to 10 minutes to apply.',
  ],
  [
    40165,
    'P',
    '小程序 pagepath 不合法。请确认页面路径存在于已发布的小程序中，且小程序已与公众号关联。',
    'Bad mini program pagepath. Check that the page exists in the released mini program and that it is bound to the account.',
  ],
  [
    40241,
    'D',
    '60 秒内已向该用户发送过相同内容，微信拦截了重复消息。请勿再次发送。',
    'The same message went to this person within 60 seconds; WeChat dropped the copy. Do not send it again.',
  ],
  [
    40243,
    'P',
    'AppSecret 已被冻结。请由管理员在微信开发者平台解冻后再继续发送。',
    'The AppSecret is frozen. An administrator must unfreeze it on the WeChat developer platform; then resume.',
  ],
  [
    40246,
    'none',
    '添加模板时的关键词无效或缺失，与发送无关。请检查关键词名称。',
    'A keyword is invalid or missing when adding a template, not part of sending. Check the keyword names.',
  ],
  [
    40247,
    'none',
    '旧版模板库已关闭，无法再添加，与发送无关。请改用类目模板。',
    'The legacy template library is closed to additions, not part of sending. Use a category template.',
  ],
  [
    40252,
    'V',
    '微信平台正在审核这条消息，一般约 30 分钟有结果；通过后由微信自行发出，未通过则不发。请勿补发，系统会等待结果。',
    'WeChat took this message into review and decides in about 30 minutes; it sends it by itself if it passes. Do not send it again, the outcome is awaited.',
  ],
  [
    41001,
    'B',
    '请求缺少 access_token，属于本系统错误。请携带 rid 反馈给开发者。',
    'The access_token was missing, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    41002,
    'B',
    '请求缺少 appid，属于本系统错误。请携带 rid 反馈给开发者。',
    'The appid was missing, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    41004,
    'B',
    '请求缺少 AppSecret。请确认公众号已填写 AppSecret；已填写则属于本系统错误，请携带 rid 反馈给开发者。',
    'The AppSecret was missing. Check that the account has one; if so it is a fault of ours: report it with its rid.',
  ],
  [
    41009,
    'B',
    '请求缺少 openid，属于本系统错误。请携带 rid 反馈给开发者。',
    'The openid was missing, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    41028,
    'F',
    'form_id 无效或已过期。系统会换用该用户的下一个 form_id；没有可用的则放弃该用户。',
    'Invalid or expired form_id. The next one of this person is taken; without one the recipient is given up.',
  ],
  [
    41029,
    'F',
    'form_id 已被使用。系统会换用该用户的下一个 form_id；没有可用的则放弃该用户。',
    'The form_id is used up. The next one of this person is taken; without one the recipient is given up.',
  ],
  [
    41030,
    'P',
    '页面不存在于已发布的小程序中。请更正 page 或先发布小程序。',
    'The page is not part of the released mini program. Correct it, or release the mini program first.',
  ],
  [
    41031,
    'F',
    '该 form_id 已被封禁，无法向该用户发送。无需重试。',
    'This form_id is blocked; the person cannot be reached with it. No retry.',
  ],
  [
    [41032, 41034, 41035],
    'P',
    '小程序的模板消息能力被限制或处罚。请在小程序后台查看处罚通知并申诉。',
    "The mini program's template messages are restricted or punished. Read the notice in its console and appeal.",
  ],
  [
    42001,
    'T',
    'access_token 已过期。系统会刷新 token 后重试一次，无需处理。',
    'The access_token has expired. Renewed and retried once; nothing to do.',
  ],
  [
    42007,
    'P',
    '授权因管理员修改密码而失效（第三方平台授权）。请重新授权该公众号。',
    'The authorisation lapsed because the administrator changed the password (third-party platform). Authorise the account again.',
  ],
  [
    [43001, 43002, 43003],
    'B',
    '请求方法或协议不对（GET、POST 或 HTTPS），属于本系统错误。若使用代理，请确认 WECHAT_API_BASE 为 https 且不改写请求；否则携带 rid 反馈给开发者。',
    'Wrong method or protocol (GET, POST or HTTPS), a fault of ours. With a proxy, check that WECHAT_API_BASE is https and requests pass unchanged; otherwise report it with its rid.',
  ],
  [
    43004,
    'F',
    '该用户未关注公众号，已标记为取消关注。若该用户确已关注，请重新同步粉丝。',
    'This person does not follow the account and is marked as unsubscribed. If they do follow, sync the followers again.',
  ],
  [
    [43005, 43006],
    'F',
    '需要好友关系，或用户已屏蔽，无法送达。无需重试。',
    'A friend relation is needed, or the person has blocked the account. No retry.',
  ],
  [
    43019,
    'F',
    '该用户在公众号的黑名单中。如需发送，请先将其移出黑名单。',
    "This person is on the account's blacklist. Take them off it to reach them.",
  ],
  [
    43101,
    'F',
    '用户拒收、未订阅，或一次性订阅次数已用完。需用户再次授权订阅后才能发送。',
    'The person refuses messages, has not subscribed, or the one-time grant is spent. They must grant again first.',
  ],
  [
    43104,
    'P',
    '公众号没有该能力的权限。请在微信后台开通后继续发送。',
    "The account lacks permission for this. Enable it in WeChat's console, then resume.",
  ],
  [
    43106,
    'P',
    '公众号的该项能力因违规被处罚。请在微信后台查看通知并申诉。',
    "This ability of the account is punished. Read the notice in WeChat's console and appeal.",
  ],
  [
    43107,
    'P',
    '订阅消息能力或该模板已被封禁。请查看微信后台通知，申诉或更换模板。',
    "Subscription messages or this template are banned. Read the notice in WeChat's console; appeal or change the template.",
  ],
  [
    43108,
    'RL',
    '同一时间向同一用户并发发送。系统稍后会单独重试该用户，无需处理。',
    'Two sends to one person at once. This recipient is retried later, alone; nothing to do.',
  ],
  [
    43116,
    'P',
    '该模板已被封禁。请更换模板或在微信后台申诉。',
    "This template is banned. Choose another, or appeal in WeChat's console.",
  ],
  [
    43117,
    'RL',
    '向该用户发送过于频繁。系统至少一分钟后重试该用户，无需处理。',
    'Too frequent to this person. Retried after a minute at the least; nothing to do.',
  ],
  [
    [44001, 44002, 44003, 44004, 44005],
    'B',
    '请求内容为空（多媒体、请求体、图文、文本或列表），属于本系统错误。请携带 rid 反馈给开发者。',
    'An empty media, body, article, text or list, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    44007,
    'D',
    '消息 id 重复，微信此前已受理过这条消息。请勿再次发送。',
    'Repeated message id: WeChat has had this message before. Do not send it again.',
  ],
  [
    45002,
    'P',
    '消息内容过长。请缩短字段内容后继续发送。',
    'The content is too long. Shorten the fields, then resume.',
  ],
  [
    45005,
    'P',
    '跳转链接过长。请缩短链接后继续发送。',
    'The link is too long. Shorten it, then resume.',
  ],
  [
    45009,
    'P',
    '接口的今日额度已用完。系统会在次日额度恢复后继续；也可在微信后台清零额度，若远未到额度请核对额度查询结果。',
    'The daily quota is spent. Continues once it renews; it can also be cleared by hand. If the limit is far off, check the quota that WeChat reports.',
  ],
  [
    45011,
    'R',
    '每分钟调用次数超限。系统会暂停该公众号至少 60 秒，然后降速继续，无需处理。',
    'Too many calls this minute. The account rests for at least 60 seconds and goes on more slowly; nothing to do.',
  ],
  [
    45012,
    'P',
    '模板内容过长。请缩短字段内容后继续发送。',
    'The template content is too long. Shorten the fields, then resume.',
  ],
  [
    45013,
    'P',
    '模板参数过长。请缩短字段内容后继续发送。',
    'A template argument is too long. Shorten the fields, then resume.',
  ],
  [
    45014,
    'P',
    '模板参数过多或过大。请对照模板字段检查内容后继续发送。',
    "The template's arguments are too many or too big. Check them against its fields, then resume.",
  ],
  [
    [45015, 45047],
    'none',
    '客服消息的时间窗口或条数限制，与模板消息无关。',
    'A limit of customer-service messages, not of template messages.',
  ],
  [
    45026,
    'P',
    '模板数量已达 25 个上限。请删除不用的模板。',
    'The account has reached its 25 templates. Delete one that is not used.',
  ],
  [
    45027,
    'P',
    '模板与公众号的行业或类目冲突。请更换模板或调整类目。',
    "The template conflicts with the account's industry or category. Choose another, or change the category.",
  ],
  [
    45035,
    'P',
    '调用 IP 未登记。请在微信后台登记本服务的出口 IP。',
    "The calling address is not registered. Register the address of this service in WeChat's console.",
  ],
  [
    45051,
    'P',
    '该模板不允许这种跳转类型。请去掉或更换跳转方式。',
    'This template does not allow that kind of link. Remove it or use another.',
  ],
  [
    45065,
    'D',
    'clientmsgid 已存在，微信此前已受理过这条消息。请勿再次发送。',
    'The clientmsgid exists: WeChat has had this message before. Do not send it again.',
  ],
  [
    45066,
    'RL',
    '同一 clientmsgid 重试过快。系统稍后会重试该用户，无需处理。',
    'The same clientmsgid was retried too quickly. This recipient is retried later; nothing to do.',
  ],
  [
    45067,
    'B',
    'clientmsgid 过长，属于本系统错误。请携带 rid 反馈给开发者。',
    'The clientmsgid is too long, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    45103,
    'P',
    '该接口已被微信下线，无法恢复。请改用订阅消息等现有渠道。',
    'WeChat has withdrawn this API for good. Use a living channel such as subscription messages.',
  ],
  [
    45109,
    'P',
    '该接口已被微信下线（统一服务消息），无法恢复。请改用模板消息或订阅消息。',
    'WeChat has withdrawn this API (uniform messages) for good. Use template or subscription messages.',
  ],
  [
    45159,
    'R',
    '标签 id 不合法；并发操作有效标签时也会偶发。系统会逐个重试；若持续出现，请重新选择标签。',
    'Bad tag id; also seen now and then for a valid tag under concurrency. Retried one by one; if it stays, choose the tag again.',
  ],
  [
    45168,
    'P',
    '内容含有敏感词。请修改共用内容后继续发送；若仅个别用户的内容有问题，只影响该用户。',
    "The text contains a sensitive word. Change the shared text, then resume; in a recipient's own text it concerns that recipient alone.",
  ],
  [
    47001,
    'B',
    '请求体不是合法的 JSON，属于本系统错误。请携带 rid 反馈给开发者。',
    'The body was not valid JSON, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    47002,
    'B',
    '请求体编码有误，属于本系统错误。请携带 rid 反馈给开发者。',
    'The body was wrongly encoded, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    47003,
    'P',
    '字段内容不符合类型要求，或缺少字段。请按提示的字段名更正内容；若仅个别用户的内容有问题，只影响该用户。',
    "A value breaks its field's type, or a field is missing. Correct the field that is named; in a recipient's own value it concerns that recipient alone.",
  ],
  [
    48001,
    'P',
    '公众号未获得该接口权限，或 token 属于另一类公众号或小程序。请确认公众号已认证、已开通模板消息，且类型设置正确。',
    'The API is not granted to this account, or the token is of the wrong kind of account. Check that it is verified, has template messages enabled, and is entered here as the right kind.',
  ],
  [
    48002,
    'F',
    '用户关闭了接收消息。无需重试；用户重新打开后可再次发送。',
    'The person has turned messages off. No retry; they can be reached once they turn them on.',
  ],
  [
    48003,
    'P',
    '公众号尚未同意群发协议。请在微信后台点击同意后继续发送。',
    "The account has not accepted the mass-send agreement. Accept it in WeChat's console, then resume.",
  ],
  [
    48004,
    'P',
    '接口因违规被封禁。请登录微信后台查看详情并申诉。',
    "The API is banned for violations. Read the details in WeChat's console and appeal.",
  ],
  [
    48006,
    'none',
    '清零次数已用完（每月 10 次），与发送无关。请等待额度自然恢复。',
    'No clear_quota is left this month (10), not part of sending. Wait until the quota renews.',
  ],
  [
    48008,
    'P',
    '公众号没有该类消息的发送权限。请在微信后台开通后继续发送。',
    "The account may not send this type of message. Enable it in WeChat's console, then resume.",
  ],
  [
    48009,
    'P',
    '接口权限已过期。请在微信后台续期或重新开通。',
    "The permission for this API has expired. Renew it in WeChat's console.",
  ],
  [48011, 'P', '该模板已被停用。请更换模板。', 'This template is disabled. Choose another.'],
  [
    48012,
    'T',
    'access_token 无效。系统会刷新 token 后重试一次，无需处理。',
    'Invalid access_token. Renewed and retried once; nothing to do.',
  ],
  [
    49003,
    'F',
    'openid 不属于该 appid。请从名单中移除；若大量出现，请检查名单是否属于该公众号。',
    'The openid does not belong to this appid. Remove it; if many fail so, check that the list belongs to this account.',
  ],
  [
    50001,
    'P',
    '公众号未授权该接口。请在微信后台检查接口权限或重新授权。',
    "The account is not authorised for this API. Check its permissions in WeChat's console, or authorise again.",
  ],
  [
    50002,
    'F',
    '用户受限（微信号被冻结或注销）。无需重试；若连续大量出现，则可能是公众号接口被封，请查看微信后台。',
    "The person's account is limited (frozen or closed). No retry; if it comes in a row, the API may be banned: look into WeChat's console.",
  ],
  [
    50004,
    'P',
    '公众号被禁止调用 token 接口。请登录微信后台查看通知并申诉。',
    "The account may not fetch tokens. Read the notice in WeChat's console and appeal.",
  ],
  [
    50005,
    'F',
    '该用户未关注公众号，已标记为取消关注。无需重试。',
    'This person does not follow the account and is marked as unsubscribed. No retry.',
  ],
  [
    50007,
    'P',
    '公众号已被冻结。请登录微信后台按提示解冻。',
    "The account is frozen. Follow the instructions in WeChat's console.",
  ],
  [
    61003,
    'P',
    '公众号未授权给第三方平台。请重新授权。',
    'The account has not authorised the third-party platform. Authorise it again.',
  ],
  [
    61004,
    'P',
    '调用 IP 未登记。请在第三方平台设置中登记本服务的出口 IP。',
    "The calling address is not registered. Register it in the third-party platform's settings.",
  ],
  [
    61007,
    'P',
    '公众号没有把该接口授权给第三方平台。请重新授权并勾选该权限。',
    'The account did not grant this API to the third-party platform. Authorise again with that permission.',
  ],
  [
    [61014, 61015, 61016, 61017],
    'P',
    '第三方平台的授权信息无效或类型不符。请重新授权该公众号。',
    'The third-party authorisation is invalid or of the wrong type. Authorise the account again.',
  ],
  [
    [61023, 61024],
    'P',
    '授权的 refresh_token 无效，或须由第三方平台获取 token。请重新授权，或改用外部 token 模式。',
    'The authorisation refresh_token is invalid, or the token must come from the third-party platform. Authorise again, or use the external token mode.',
  ],
  [
    61450,
    'R',
    '微信系统错误，不代表消息未发出。系统会自动退避重试，无需处理。',
    'A system error of WeChat, which does not prove that nothing was sent. Retried with backoff; nothing to do.',
  ],
  [
    61451,
    'B',
    '参数错误，属于本系统错误。请携带 rid 反馈给开发者。',
    'Invalid parameter, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    63001,
    'B',
    '缺少参数，属于本系统错误。请携带 rid 反馈给开发者。',
    'Missing parameter, a fault of ours. Report it to the developers with its rid.',
  ],
  [
    76001,
    'none',
    '查询的 rid 不存在。请核对 rid。',
    'No such rid. Check the rid that is looked up.',
  ],
  [
    76002,
    'none',
    '查询的 rid 格式不正确。请核对 rid。',
    'Malformed rid. Check the rid that is looked up.',
  ],
  [
    76003,
    'none',
    '该 rid 或接口属于另一个公众号。请换用对应的公众号查询。',
    'The rid or path belongs to another account. Look it up with that account.',
  ],
  [
    76004,
    'none',
    '该 rid 已超过 7 天，无法查询。请改查较新的 rid。',
    'The rid is older than 7 days and is gone. Look a newer one up.',
  ],
  [
    76021,
    'none',
    '查询额度的接口路径不存在。请核对 cgi_path。',
    'The path whose quota is looked up is unknown. Check cgi_path.',
  ],
  [
    76022,
    'none',
    'token 所属的公众号类型没有该接口，无法查询额度。请核对公众号类型。',
    "The token's kind of account does not own that path. Check the kind of the account.",
  ],
  [
    89503,
    'P',
    '该 IP 的调用等待管理员确认。请管理员在微信中确认后再试。',
    'Calls from this address wait for the administrator. Have them consent in WeChat, then try again.',
  ],
  [
    89506,
    'P',
    '管理员两次拒绝了该 IP，24 小时内不能再用它调用。请与管理员确认后再试。',
    'The administrator has refused this address twice; it is barred for 24 hours. Settle it with them, then try again.',
  ],
  [
    89507,
    'P',
    '管理员拒绝了该 IP，1 小时内不能再用它调用。请与管理员确认后再试。',
    'The administrator has refused this address; it is barred for 1 hour. Settle it with them, then try again.',
  ],
];

/** Every errcode we know, ascending: documentation prints it as it stands. */
export const ERRCODES: readonly ErrcodeEntry[] = ROWS.flatMap(([codes, reaction, zh, en]) =>
  (typeof codes === 'number' ? [codes] : codes).map((errcode) => ({
    errcode,
    reaction,
    zh,
    en,
  })),
).toSorted((a, b) => a.errcode - b.errcode);

const BY_ERRCODE: ReadonlyMap<number, ErrcodeEntry> = new Map(
  ERRCODES.map((entry) => [entry.errcode, entry]),
);

/** Undefined for a code that WeChat has not told us about. */
export const errcodeEntry = (errcode: number): ErrcodeEntry | undefined => BY_ERRCODE.get(errcode);

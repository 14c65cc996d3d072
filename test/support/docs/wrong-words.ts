/** A word that misleads in Chinese, and the one to write. The glossary has what each means. */
interface WrongWord {
  readonly wrong: RegExp;
  readonly instead: string;
}

const WORDS: readonly WrongWord[] = [
  { wrong: /(?:微信)?已接[收受]/, instead: '微信已受理，等回执' },
  { wrong: /收件人|接收者|收信人/, instead: '接收人' },
  { wrong: /当日(?:调用)?额度/, instead: '今日额度（还剩多少）、每日额度（上限）' },
  { wrong: /[已被]跳过/, instead: '未发送，写明原因' },
  { wrong: /系统失败|发送失败/, instead: '送达失败' },
  { wrong: /(?<!暂)停发/, instead: '暂停原因、等待原因；公众号：停用' },
  { wrong: /群发|广播/, instead: '发送任务' },
  { wrong: /BullMQ 任务/, instead: '队列作业' },
  { wrong: /操作员/, instead: '成员' },
  // With the account of one's company one logs in.
  { wrong: /(?<!单位)账号|帐号/, instead: '公众号' },
  { wrong: /沙箱|演练公众号/, instead: '模拟微信、模拟号' },
  { wrong: /刹车|熔断/, instead: '自动暂停保护' },
  { wrong: /工作进程/, instead: '发送服务' },
  { wrong: /先行/, instead: '先发一小批' },
  { wrong: /疲劳度/, instead: '频次限制' },
  { wrong: /预检|核对并发送/, instead: '发送前检查' },
  { wrong: /取消剩余/, instead: '终止' },
  // What WeChat has cannot be taken back (撤回); a start that has sent nothing can be undone.
  { wrong: /(?:可以|已|正在)撤回|撤回(?:时间|开始|成功)/, instead: '撤销' },
  { wrong: /测试人员|测试者/, instead: '测试接收人' },
];

/** Where a wrong word is right: what the line says, and why. */
const EXCEPTIONS: readonly { readonly says: string; readonly why: string }[] = [
  { says: '不是公众平台里的“群发”', why: 'tells our broadcasts from the mass send of WeChat' },
  { says: "not WeChat's 群发", why: 'the same, in English' },
  { says: '不是微信的群发', why: 'the same, in the glossary' },
  { says: 'SDK 把群发叫作', why: 'what others call by our word' },
  { says: '群发协议', why: 'the name of an agreement at WeChat' },
  { says: '发送任务 群发 广播', why: 'what people search the documentation for' },
  { says: '公众号 账号', why: 'what people search the documentation for' },
  { says: 'after a 群发', why: 'an event of WeChat' },
];

/** What is wrong in a text, line by line. Lines without Chinese have nothing to say here. */
export function wrongWordsOf(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const rest = EXCEPTIONS.reduce((left, { says }) => left.replaceAll(says, ''), line);
    return WORDS.flatMap(({ wrong, instead }) => {
      const found = wrong.exec(rest)?.[0];
      return found === undefined ? [] : [`line ${index + 1}: ${found} → ${instead}`];
    });
  });
}

/** Exceptions that no text needs any more. */
export const idleExceptions = (texts: readonly string[]): string[] =>
  EXCEPTIONS.map(({ says }) => says).filter((says) => !texts.some((text) => text.includes(says)));

import type { ChangeBroadcastDto } from '../../compose/broadcast.dto.js';

/** What people call the members of a broadcast. A new member that may change does not compile without its words. */
const NAMES: Readonly<Record<keyof ChangeBroadcastDto, readonly [zh: string, en: string]>> = {
  name: ['名称', 'name'],
  templateId: ['模板', 'template'],
  fields: ['内容', 'content'],
  content: ['内容', 'content'],
  url: ['链接', 'link'],
  miniprogram: ['跳转的小程序', 'mini program'],
  page: ['小程序页面', 'page of the mini program'],
  miniprogramState: ['小程序版本', 'version of the mini program'],
  lang: ['小程序语言', 'language of the mini program'],
  scene: ['场景值', 'scene'],
  title: ['标题', 'title'],
  emphasisKeyword: ['放大的关键词', 'emphasised keyword'],
  audience: ['发给谁', 'audience'],
  freezeAudience: ['何时固定名单', 'when the audience is fixed'],
  startAt: ['开始时间', 'start time'],
  startZone: ['时区', 'time zone'],
  sendHours: ['发送时段', 'send hours'],
  canary: ['先发一小批', 'first batch'],
  sendsPerSecond: ['限速', 'speed limit'],
  contactCap: ['频次限制', 'contact cap'],
  resendFailed: ['微信故障后重发', "resending after WeChat's own faults"],
};

/** Each name once. A member of a later version, which this process does not know, is called as the API calls it. */
export function membersInWords(members: readonly unknown[]): {
  readonly zh: string;
  readonly en: string;
} {
  const known = NAMES as Readonly<Partial<Record<string, readonly [string, string]>>>;
  const named = members.filter((each) => typeof each === 'string');
  const words = (language: 0 | 1): string[] => [
    ...new Set(named.map((name) => known[name]?.[language] ?? name)),
  ];
  return { zh: words(0).join('、'), en: words(1).join(', ') };
}

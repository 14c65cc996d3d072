import type { MessageContent } from '../../wechat/message-channel.js';
import type { BroadcastBodyDto } from './broadcast.dto.js';
import type { MessageDto } from './message.dto.js';

/** A message as it is asked for, or as an earlier request left it. */
export interface MessageRequest extends MessageDto {
  readonly channel?: BroadcastBodyDto['channel'];
  readonly exclude?: unknown;
}

/** Everything of a message beside its fields: what some channels take and others do not. */
export const CONTENT_MEMBERS = [
  'url',
  'miniprogram',
  'page',
  'miniprogramState',
  'lang',
  'scene',
  'title',
  'emphasisKeyword',
] as const satisfies readonly (keyof MessageContent)[];

/** What is stored of a message: without what was left out or is null. */
export function contentOf(
  fields: Readonly<Record<string, string>>,
  request: MessageRequest,
): MessageContent {
  const { url, miniprogram, page, miniprogramState, lang, scene, title, emphasisKeyword } = request;
  return {
    fields,
    ...(url && { url }),
    ...(miniprogram && {
      miniprogram: {
        appid: miniprogram.appid,
        ...(miniprogram.pagepath && { pagepath: miniprogram.pagepath }),
      },
    }),
    ...(page && { page }),
    ...(miniprogramState && { miniprogramState }),
    ...(lang && { lang }),
    ...(scene && { scene }),
    ...(title && { title }),
    ...(emphasisKeyword && { emphasisKeyword }),
  };
}

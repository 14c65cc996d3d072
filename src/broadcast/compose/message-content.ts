import type { MessageContent } from '../../wechat/message-channel.js';
import type { BroadcastBodyDto } from './broadcast.dto.js';
import type { MessageDto } from './message.dto.js';

/** A message as a request asks for it, or as an earlier request left it. */
export interface MessageRequest extends MessageDto {
  readonly channel?: BroadcastBodyDto['channel'];
  readonly exclude?: unknown;
}

/** The members of a message beside its fields: some channels take them, others do not. */
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

/** The message as it is stored: without the members that are left out or null. */
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

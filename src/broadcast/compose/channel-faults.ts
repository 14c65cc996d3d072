import { both, type Params } from '../../kernel/bilingual.js';
import type { FieldFault } from '../../kernel/domain-error.js';
import type { ChannelName, MessageContent } from '../../wechat/message-channel.js';

const LONGEST_CONTENT = 200;
/** A path within the mini program, with its query: `pages/index/index?id=1`. */
const PAGE = /^\/?[\w-]+(?:[./][\w-]+)*(?:\?[^#]*)?$/;
const ADDRESS = /^https?:\/\/[^/]+/;
const FIELD_NAME = /^\w{1,32}$/;

type Fault = readonly [path: string, code: string, zh: string, en: string, params?: Params];

/** What a channel demands of a message beyond what its template says. */
export function channelFaults(channel: ChannelName, content: MessageContent): FieldFault[] {
  const faults = [...pageFaults(channel, content), ...(OWN[channel]?.(content) ?? [])];
  return faults.map(([path, code, zh, en, params]) => ({
    path,
    code,
    message: both(`${zh}。`, `${en}.`, params),
  }));
}

function pageFaults(channel: ChannelName, { page }: MessageContent): Fault[] {
  if (page === undefined || PAGE.test(page)) return [];
  // WeChat's older page calls it a web link, the newer one a page of the mini program.
  if (channel === 'bizsend' && ADDRESS.test(page)) return [];
  return [
    [
      'page',
      'page_invalid',
      'page 应为小程序内的页面路径，如 pages/index/index?id=1',
      'page must be a path within the mini program, such as pages/index/index?id=1',
    ],
  ];
}

/** The channels whose templates are in no list: what they demand is in WeChat's documents alone. */
const OWN: Partial<Record<ChannelName, (content: MessageContent) => Fault[]>> = {
  'one-time': ({ fields, scene, title }) => [
    ...(scene === undefined ? [missing('scene')] : []),
    ...(title === undefined ? [missing('title')] : []),
    ...textFaults(fields),
    ...Object.keys(fields).flatMap((name) =>
      name === 'content' ? [] : [unknownField(name, 'content')],
    ),
    ...oneTimeContentFaults(fields['content']),
  ],
  'wxopen-template': ({ fields, emphasisKeyword }) => [
    ...textFaults(fields),
    ...Object.keys(fields).flatMap((name) => (FIELD_NAME.test(name) ? [] : [badName(name)])),
    ...(emphasisKeyword === undefined || Object.hasOwn(fields, bare(emphasisKeyword))
      ? []
      : [
          [
            'emphasisKeyword',
            'field_unknown',
            'emphasisKeyword 必须是 fields 中的字段',
            'emphasisKeyword must name one of the fields',
          ] as const,
        ]),
  ],
};

function oneTimeContentFaults(content: unknown): Fault[] {
  if (content === undefined) return [missing('fields.content')];
  if (typeof content !== 'string' || [...content].length <= LONGEST_CONTENT) return [];
  return [
    [
      'fields.content',
      'field_too_long',
      `content 最多 ${LONGEST_CONTENT} 个字符，现有 ${[...content].length} 个`,
      `content takes at most ${LONGEST_CONTENT} characters, this one has ${[...content].length}`,
      { limit: LONGEST_CONTENT, length: [...content].length },
    ],
  ];
}

/** No template has checked these values: they are whatever the request had. */
const textFaults = (fields: Readonly<Record<string, unknown>>): Fault[] =>
  Object.entries(fields).flatMap(([name, value]): Fault[] => {
    const path = `fields.${name.slice(0, 64)}`;
    if (typeof value !== 'string')
      return [[path, 'field_not_text', '值必须是字符串', 'the value must be a string']];
    if (value.trim() === '')
      return [[path, 'field_empty', '值不能为空', 'the value may not be empty']];
    if (/[^\P{Cc}\t\r\n]/u.test(value) || !value.isWellFormed())
      return [
        [
          path,
          'field_bad_characters',
          '值含有控制字符或不完整的字符',
          'the value has control characters or half a surrogate pair',
        ],
      ];
    return [];
  });

const missing = (path: string): Fault => [
  path,
  'required',
  `缺少 ${path}`,
  `the channel needs ${path}`,
  { path },
];

const unknownField = (name: string, known: string): Fault => [
  `fields.${name.slice(0, 64)}`,
  'field_unknown',
  `该消息只有字段 ${known}`,
  `these messages have the field ${known} alone`,
  { known },
];

const badName = (name: string): Fault => [
  `fields.${name.slice(0, 64)}`,
  'field_unknown',
  '字段名只能含字母、数字和下划线',
  'a name of a field has letters, digits and "_" alone',
];

/** WeChat names the field as in `keyword1.DATA`. */
const bare = (emphasisKeyword: string): string => emphasisKeyword.replace(/\.DATA$/, '');

import type { Document, Place, Schema } from '../openapi/document.js';

/** What people who read no English look for, by a word of the path or of the name. */
const CHINESE: readonly (readonly [RegExp, string])[] = [
  [/account/i, '公众号 账号'],
  [/broadcast/i, '发送任务 群发 广播'],
  [/message/i, '单条消息'],
  [/template/i, '模板'],
  [/follower/i, '关注者 粉丝'],
  [/suppression/i, '屏蔽名单'],
  [/quota/i, '今日额度 配额'],
  [/grant/i, '订阅授权'],
  [/form-?id/i, '表单 小程序'],
  [/deliver/i, '接收人 送达 明细'],
  [/event|watch/i, '进度 实时'],
  [/sync/i, '同步'],
  [/pause/i, '暂停'],
  [/resume/i, '继续'],
  [/cancel/i, '终止 取消'],
  [/start/i, '开始 启动'],
  [/schedule/i, '定时'],
  [/undo/i, '撤回 撤销'],
  [/test/i, '测试'],
  [/hold|lift/i, '停用 恢复'],
  [/health|ready|live/i, '健康 状态'],
  [/operator/i, '成员'],
  [/api-?key/i, '密钥'],
  [/audit/i, '操作日志'],
  [/login|logout|session/i, '登录 退出 会话'],
  [/password|totp/i, '密码 两步验证'],
  [/sandbox/i, '沙盒 模拟号'],
  [/overview/i, '总览'],
  [/confirm/i, '确认'],
  [/^create|^add/, '新建 添加'],
  [/^list/, '列表'],
  [/^delete|^remove/, '删除'],
  [/^change|^update/, '修改'],
];

/** Everything that somebody may type to find an operation, in small letters. */
export function searchWords({ path, method, operation }: Place, { components }: Document): string {
  const {
    operationId = '',
    summary = '',
    description = '',
    tags = [],
    parameters = [],
  } = operation;
  const bodies = [
    operation.requestBody?.content,
    ...Object.values(operation.responses).map(({ content }) => content),
  ];
  const schemas = bodies.flatMap((content) =>
    Object.values(content ?? {}).map(({ schema }) => schema),
  );
  const chinese = CHINESE.filter(
    ([pattern]) => pattern.test(operationId) || pattern.test(path),
  ).map(([, words]) => words);
  const words = [
    method,
    path,
    operationId,
    summary,
    description,
    ...tags,
    ...parameters.map(({ name }) => name),
    ...schemas.flatMap((schema) => [...namesIn(schema, components.schemas)]),
    ...chinese,
  ];
  return [
    ...new Set(
      words
        .join(' ')
        .toLowerCase()
        .split(/[\s,;:()`"]+/),
    ),
  ].join(' ');
}

/** Names of members, and the codes of problems. */
function* namesIn(
  schema: Schema | undefined,
  schemas: Readonly<Record<string, Schema>>,
  seen = new Set<string>(),
): Generator<string> {
  if (schema === undefined) return;
  const { $ref, items, allOf = [], anyOf = [], oneOf = [], properties = {} } = schema;
  if ($ref !== undefined && !seen.has($ref)) {
    seen.add($ref);
    yield* namesIn(schemas[$ref.split('/').at(-1) ?? ''], schemas, seen);
  }
  for (const [name, member] of Object.entries(properties)) {
    yield name;
    if (name === 'code' && member.enum !== undefined) yield* member.enum.map(String);
    yield* namesIn(member, schemas, seen);
  }
  for (const each of [items, ...allOf, ...anyOf, ...oneOf]) yield* namesIn(each, schemas, seen);
}

/** Whether all that was typed is among an operation's words. */
export const isFound = (words: string, asked: string): boolean =>
  asked
    .toLowerCase()
    .split(/\s+/)
    .every((term) => words.includes(term));

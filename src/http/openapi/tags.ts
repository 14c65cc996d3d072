/** The chapters of the API, in the order in which pages show them. */
export const TAGS: readonly { readonly name: string; readonly description: string }[] = [
  { name: 'accounts', description: 'WeChat accounts (公众号, 小程序), how they are, their quota.' },
  {
    name: 'sandbox',
    description:
      'Pretended accounts (模拟号), to learn and to try: nothing of theirs reaches anybody.',
  },
  { name: 'templates', description: 'What an account may send, as WeChat has it.' },
  { name: 'followers', description: 'Who follows an account, and to whom nothing is sent.' },
  { name: 'tags', description: 'The tags of an account (标签), and who has them.' },
  { name: 'testers', description: 'To whom tests are sent (测试接收人).' },
  { name: 'uploads', description: 'Lists of people with their values, sent as files (上传名单).' },
  { name: 'broadcasts', description: 'One message to many people, once each (发送任务).' },
  { name: 'messages', description: 'One message to one person.' },
  { name: 'mini programs', description: 'Grants and form_ids of mini programs (小程序).' },
  { name: 'overview', description: 'What needs somebody, what runs, what was sent today (总览).' },
  { name: 'login', description: 'The first operator, and coming in and going out (登录).' },
  { name: 'me', description: 'Who one is here, and what one may do.' },
  { name: 'operators', description: 'The people who work here, and their rights (成员).' },
  { name: 'api keys', description: 'What programs come in with (API 密钥).' },
  { name: 'audit', description: 'Who changed what (操作日志).' },
  { name: 'health', description: 'Whether this process lives, and whether it can work.' },
];

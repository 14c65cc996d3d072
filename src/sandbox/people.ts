/** The first followers of a sandbox have names: they are its testers. */
export const NAMES = [
  '王芳',
  '李雷',
  '韩梅梅',
  '张伟',
  '刘洋',
  '陈静',
  '杨帆',
  '赵敏',
  '周杰',
  '吴桐',
  '孙悦',
  '马超',
] as const;

/** What a person does in WeChat, as the pretended one lets them. */
export const ACTS = ['unfollow', 'follow', 'block', 'unblock', 'say'] as const;
export type Act = (typeof ACTS)[number];

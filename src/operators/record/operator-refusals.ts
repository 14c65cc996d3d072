import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';

export const operatorNotFound = (id: number | string): DomainError =>
  new DomainError(
    'not-found',
    'operator_not_found',
    both(`没有编号为 ${id} 的成员。`, `There is no operator ${id}.`, { id }),
  );

export const loginTaken = (login: string): DomainError =>
  new DomainError(
    'conflict',
    'login_taken',
    both(
      `登录名 ${login} 已被使用，请换一个。`,
      `The login ${login} is taken: choose another one.`,
      { login },
    ),
  );

export const weakPassword = (message: ReturnType<typeof both>): DomainError =>
  new DomainError('unprocessable', 'weak_password', message, {
    errors: [{ path: 'password', code: 'weak_password', message }],
  });

export const lastAdmin = (): DomainError =>
  new DomainError(
    'conflict',
    'last_admin',
    both(
      '这是最后一位管理全部公众号的管理员：请先让另一位成员也成为这样的管理员。',
      'This is the last admin of all accounts: make another operator one first.',
    ),
  );

export const notAnOperator = (): DomainError =>
  new DomainError(
    'conflict',
    'not_an_operator',
    both(
      'API 密钥没有个人资料，请以成员身份登录。',
      'An API key has no profile of its own: log in as an operator.',
    ),
  );

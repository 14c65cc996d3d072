import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';

/** The same words whether the login is known or not. */
export const wrongLogin = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'wrong_login',
    both('登录名或密码不正确。', 'The login or the password is wrong.'),
  );

export const wrongKey = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'wrong_key',
    both('API 密钥不正确。', 'That is not a valid API key.'),
  );

export const codeRequired = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'totp_required',
    both(
      '还需要验证器应用上的 6 位验证码，或一个恢复码。',
      'A code is needed too: 6 digits of the authenticator app, or a recovery code.',
    ),
  );

export const wrongCode = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'wrong_code',
    both(
      '验证码不正确或已用过，请等下一个验证码再试。',
      'The code is wrong or was used before: try the next one.',
    ),
  );

export const operatorDisabled = (): DomainError =>
  new DomainError(
    'forbidden',
    'operator_disabled',
    both('该成员已停用，请联系管理员。', 'This operator has been disabled: ask an admin.'),
  );

export const wrongPassword = (): DomainError =>
  new DomainError(
    'unprocessable',
    'wrong_password',
    both('当前密码不正确。', 'The present password is wrong.'),
  );

export const passwordLoginOff = (): DomainError =>
  new DomainError(
    'forbidden',
    'password_login_off',
    both(
      '本服务已关闭密码登录，请用身份提供方登录，或用 API 密钥。',
      'Logins by password are off here: log in by the identity provider, or by an API key.',
    ),
  );

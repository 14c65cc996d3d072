import type { Updateable } from 'kysely';
import { type Bilingual, both } from '../kernel/bilingual.js';
import { DomainError, type FieldFault } from '../kernel/domain-error.js';
import type { AccountTable } from './account.tables.js';

/** Refuses fields that are right each alone and not together. The table's constraints refuse them too. */
export function refuseFaulty(
  account: Pick<
    Updateable<AccountTable>,
    | 'kind'
    | 'testAccount'
    | 'callbackMode'
    | 'tokenMode'
    | 'externalTokenUrl'
    | 'sealedSecret'
    | 'sealedEncodingAesKey'
  >,
  found: readonly FieldFault[],
): void {
  const errors = [...found];
  const missing = (path: string, message: Bilingual): void => {
    errors.push({ path, code: 'required', message });
  };
  if (account.callbackMode !== 'plain' && !account.sealedEncodingAesKey) {
    missing(
      'encodingAesKey',
      both(
        `回调模式 "${account.callbackMode}" 需要 EncodingAESKey。`,
        `the callback mode "${account.callbackMode}" needs an EncodingAESKey`,
        { callbackMode: account.callbackMode ?? '' },
      ),
    );
  }
  if (account.tokenMode !== 'external' && !account.sealedSecret) {
    missing(
      'secret',
      both(
        `token 模式 "${account.tokenMode}" 需要公众号的 AppSecret。`,
        `the token mode "${account.tokenMode}" needs the account's secret`,
        { tokenMode: account.tokenMode ?? '' },
      ),
    );
  }
  if (account.tokenMode === 'external' && !account.externalTokenUrl) {
    missing(
      'externalTokenUrl',
      both(
        'token 模式 "external" 需要填写获取 token 的地址。',
        'the token mode "external" needs the address of the token',
      ),
    );
  }
  if (account.testAccount && account.kind !== 'service') {
    errors.push({
      path: 'testAccount',
      code: 'not_for_kind',
      message: both(
        '只有服务号有测试号。',
        'Only a service account can be a test account (测试号).',
      ),
    });
  }
  if (errors.length > 0) {
    throw new DomainError(
      'invalid',
      'invalid_request',
      both('公众号设置不合要求，详见 errors。', 'The account does not fit: see errors.'),
      { errors },
    );
  }
}

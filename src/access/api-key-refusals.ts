import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';

/** Also for a key with rights on accounts that the caller does not manage. */
export const keyNotFound = (id: number | string): DomainError =>
  new DomainError(
    'not-found',
    'api_key_not_found',
    both(`没有 API 密钥 ${id}。`, `There is no API key ${id}.`, { id }),
  );

export const nameTaken = (name: string): DomainError =>
  new DomainError(
    'conflict',
    'api_key_name_taken',
    both(
      `名称 "${name}" 已被使用（包括已吊销的密钥），请换一个。`,
      `The name "${name}" is taken, maybe by a revoked key: choose another.`,
      { name },
    ),
    {
      errors: [
        {
          path: 'name',
          code: 'api_key_name_taken',
          message: both('请换一个名称', 'choose another'),
        },
      ],
    },
  );

export const expiryPassed = (): DomainError =>
  new DomainError(
    'unprocessable',
    'expiry_passed',
    both('expiresAt 已经过去，请给一个将来的时间。', 'expiresAt has passed: give a time to come.'),
    {
      errors: [
        {
          path: 'expiresAt',
          code: 'expiry_passed',
          message: both('应为将来的时间', 'expected a time to come'),
        },
      ],
    },
  );

export const bootstrapKeyOfEnvironment = (): DomainError =>
  new DomainError(
    'conflict',
    'bootstrap_key_in_environment',
    both(
      '环境变量 WEICAST_ADMIN_KEY 指定了这个密钥，删除或轮换后下次启动又会恢复：请先改掉或去掉该变量，并重启。',
      'WEICAST_ADMIN_KEY names this key, so the next start would bring it back: change or remove the variable, and restart.',
    ),
  );

export const overlapUnderWay = (until: Date): DomainError =>
  new DomainError(
    'conflict',
    'rotation_under_way',
    both(
      `上次轮换之前的密钥到 ${until.toISOString()} 才失效，此前再轮换会让它提前失效：请等到那时，或吊销后新建。`,
      `The key from before the last rotation is good until ${until.toISOString()}; another rotation would end it early: wait until then, or revoke it and make a new one.`,
      { until: until.toISOString() },
    ),
    { details: { formerUntil: until } },
  );

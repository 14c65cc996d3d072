import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';

/** Whatever it was that is not as it was shown, the answer is to look again. */
export const confirmStale = (): DomainError =>
  new DomainError(
    'conflict',
    'confirm_stale',
    both(
      '确认已失效：可能已超过 5 分钟、用过一次，或之后任务、模板有修改，也可能是为别的任务、操作或他人所做。请重新 POST …/confirmation 并核对。',
      'the confirmation is stale: older than five minutes, used, from before a change of the broadcast or its template, or for another broadcast, verb or person; ask for another with POST …/confirmation, and look again',
    ),
  );

export const confirmMistyped = (wanted: string): DomainError =>
  new DomainError(
    'unprocessable',
    'confirm_mistyped',
    both(
      `输入的人数与要发送的人数不符：请在 typed 中填 ${wanted}。`,
      `what was typed is not the number of recipients: \`typed\` must be ${wanted}`,
      { wanted },
    ),
    {
      errors: [
        {
          path: 'typed',
          code: 'confirm_mistyped',
          message: both(`请输入 ${wanted}。`, `type ${wanted}`, { wanted }),
        },
      ],
    },
  );

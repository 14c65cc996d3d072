import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { StandingHold } from '../engine/holds/holds.js';
import { explainHold } from '../progress/hold-explanations.js';

/** Several holds wait for a person: each may be another's, so whoever resumes says which are over. */
export const nameTheHolds = (standing: readonly StandingHold[]): DomainError =>
  new DomainError(
    'conflict',
    'name_the_holds',
    both(
      `有 ${standing.length} 个暂停原因在等人处理：请看 holds，用 { "holds": ["…"] } 指明哪些可以解除。没有解除任何一个。`,
      `${standing.length} holds wait for a person: see \`holds\`, and name those that are over with { "holds": ["…"] }; nothing was lifted`,
      { count: standing.length },
    ),
    {
      details: {
        holds: standing.map(({ id, reason, code, since, by, note }) => ({
          id,
          reason,
          since: since.toISOString(),
          by,
          note,
          ...explainHold(reason, code, { since: since.toISOString() }),
        })),
      },
    },
  );

import type { Picture } from '../../audit/record/change.js';
import type { OperatorRecord } from '../record/operator.js';

/** What the audit keeps of an operator. */
export const pictureOf = (operator: OperatorRecord): Picture => ({
  login: operator.login,
  name: operator.name,
  locale: operator.locale,
  grants: operator.grants.map(({ appids, role }) => ({ appids, role })),
  disabled: operator.disabledAt !== null,
});

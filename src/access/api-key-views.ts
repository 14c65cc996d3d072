import type { IssuedKey } from './api-key-issuing.service.js';
import type { ApiKeyView, NewApiKeyView } from './api-keys.dto.js';
import type { ApiKeyRecord } from './api-keys.repository.js';
import { BOOTSTRAP } from './first-key.js';

export const toApiKeyView = (record: ApiKeyRecord): ApiKeyView => membersOf(record);

const membersOf = ({ grants, ...key }: ApiKeyRecord) => ({
  ...key,
  grants: grants.map(({ appids, role }) => ({ appids: appids && [...appids], role })),
  bootstrap: key.name === BOOTSTRAP,
});

export const toNewApiKeyView = ({ record, key }: IssuedKey): NewApiKeyView => ({
  ...membersOf(record),
  key,
});

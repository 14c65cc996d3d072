/** What an operator or a key may be on an account, or on all of them. */
export const ROLES = ['viewer', 'editor', 'sender', 'admin', 'support'] as const;
export type Role = (typeof ROLES)[number];

const ALL = ROLES;
const WRITERS = ['editor', 'sender', 'admin'] as const;
const SENDERS = ['sender', 'admin'] as const;
const ADMINS = ['admin'] as const;
/** Who works with people, and so sees who they are. */
const PERSON = ['sender', 'admin', 'support'] as const;

/**
 * Which roles have which permission. It is all there is to roles: the guard, `GET /v1/me`, the pages and the console
 * read it here.
 */
export const ROLES_WITH = {
  'account.read': ALL,
  'account.manage': ADMINS,
  'account.check': SENDERS,
  'account.hold': SENDERS,
  'template.read': ALL,
  'template.sync': WRITERS,
  'follower.read': ALL,
  'follower.sync': WRITERS,
  'tag.manage': WRITERS,
  'suppression.manage': WRITERS,
  'grant.manage': WRITERS,
  'broadcast.read': ALL,
  'broadcast.edit': WRITERS,
  'broadcast.send': SENDERS,
  'broadcast.test': SENDERS,
  'broadcast.stop': SENDERS,
  'openid.reveal': PERSON,
  'person.look': PERSON,
  'operator.manage': ADMINS,
  'key.manage': ADMINS,
  'audit.read': ADMINS,
  /** The jobs of the queues, whose names hold openids. */
  'queue.read': SENDERS,
  'system.read': ALL,
  'sandbox.make': WRITERS,
  /** What concerns the caller alone: who am I, log out. Everybody who came in has it, even without any grant. */
  self: ALL,
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Permission = keyof typeof ROLES_WITH;

export const PERMISSIONS = Object.keys(ROLES_WITH) as readonly Permission[];

export const roleHas = (role: Role, permission: Permission): boolean =>
  (ROLES_WITH[permission] as readonly Role[]).includes(role);

/** What is permitted here belongs to no account: keys, operators, the installation. Its objects look after themselves. */
export const OF_NO_ACCOUNT: ReadonlySet<Permission> = new Set<Permission>([
  // An openid is no object of ours: what is said of it is of the caller's accounts.
  'person.look',
  'self',
  'operator.manage',
  'key.manage',
  'audit.read',
  'queue.read',
  'system.read',
]);

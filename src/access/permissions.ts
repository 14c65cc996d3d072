import { type CustomDecorator, SetMetadata } from '@nestjs/common';

/** What a key or an operator may do; each role includes those before it. */
export const ROLES = ['viewer', 'editor', 'sender', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const REQUIRED_ROLE = 'weicast:required-role';

/** The least role that may call a controller or handler. Without this decorator, only admins may. */
export const Role = (role: Role): CustomDecorator => SetMetadata(REQUIRED_ROLE, role);

export const mayAct = (held: Role, required: Role): boolean =>
  ROLES.indexOf(held) >= ROLES.indexOf(required);

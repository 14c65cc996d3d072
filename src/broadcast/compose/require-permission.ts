import { callerNow, may } from '../../access/caller.js';
import { permissionRequired } from '../../access/permission-required.js';
import type { Permission } from '../../access/permissions.js';

/**
 * Refuses a caller who lacks a permission that a route cannot declare, because it depends on the request: whoever may
 * write drafts may not send. What the service does by itself has no caller.
 */
export function requirePermission(permission: Permission, appid: string): void {
  const caller = callerNow();
  if (caller !== undefined && !may(caller, permission, appid))
    throw permissionRequired(caller, { permission, everywhere: false }, appid);
}

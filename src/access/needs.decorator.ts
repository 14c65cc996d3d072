import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Permission } from './permissions.js';

export const NEEDS = 'weicast:needs';

export interface Needs {
  readonly permission: Permission;
  readonly everywhere: boolean;
}

/**
 * What a caller must be permitted for a controller or handler, on the account that the request names, or on any
 * where it names none; `everywhere` asks for it on all accounts. A route without this does not start.
 */
export const Needs = (
  permission: Permission,
  { everywhere = false }: { readonly everywhere?: boolean } = {},
): ClassDecorator & MethodDecorator =>
  applyDecorators(
    SetMetadata(NEEDS, { permission, everywhere } satisfies Needs),
    // So that `openapi.json` tells it.
    ApiExtension('x-permission', permission),
  );

import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../http/openapi/operation.decorator.js';
import { Needs } from './needs.decorator.js';
import { PERMISSIONS, roleHas, ROLES } from './permissions.js';
import type { RoleListView } from './roles.dto.js';

@ApiTags('me')
@Controller('v1/roles')
@Needs('self')
export class RolesController {
  /** Lists the roles, and what each may do. On the accounts on which somebody holds it. */
  @Get()
  @Operation('listRoles')
  list(): RoleListView {
    return {
      items: ROLES.map((role) => ({
        role,
        permissions: PERMISSIONS.filter((permission) => roleHas(role, permission)),
      })),
    };
  }
}

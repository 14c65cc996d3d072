import { ApiProperty } from '@nestjs/swagger';
import { type Permission, PERMISSIONS, type Role, ROLES } from './permissions.js';

/** What a role may do where it is held. */
export class RoleView {
  @ApiProperty({ enum: ROLES })
  readonly role!: Role;
  /** By their stable names, in one order for all roles. */
  @ApiProperty({ enum: PERMISSIONS, isArray: true })
  readonly permissions!: Permission[];
}

export class RoleListView {
  @ApiProperty({ type: [RoleView] })
  readonly items!: RoleView[];
}

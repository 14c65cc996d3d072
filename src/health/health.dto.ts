import { ApiProperty } from '@nestjs/swagger';
import type { Readiness } from './readiness.service.js';

export class LivenessView {
  status!: 'live';
}

/** What this process needs for its roles, and how that is. */
export class ReadinessView implements Readiness {
  status!: 'ready' | 'not ready';
  /** By store, and in a worker by turn: `ok`, or what is wrong. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  checks!: Readiness['checks'];
  /** Roles that no live process has. This one can do its part without, so it is ready all the same. */
  @ApiProperty({ type: 'array', items: { type: 'string' }, required: false })
  missing?: Readiness['missing'];
}

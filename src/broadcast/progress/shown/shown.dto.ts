import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { RecordedActor } from '../../engine/record/engine.tables.js';
import { SHOWN, type Shown, type ShownName } from './shown.js';

/** Who did something: a person, or whoever holds an API key. */
export class ActorView implements RecordedActor {
  @ApiProperty({ enum: ['operator', 'key'] })
  kind!: RecordedActor['kind'];
  id?: number;
  /** As it was called then. */
  name!: string;
}

/** The state of a broadcast as a page shows it, by everything that is known. */
export class ShownView implements Shown {
  /**
   * `waiting` goes on by itself, `paused` waits for a person, `stale` missed its time, `awaiting_receipts` has sent all,
   * `stopped` was cancelled after its first send, `cancelled` before it.
   */
  @ApiProperty({ enum: SHOWN })
  state!: ShownName;
  /** Of `waiting`: `quota`, `hours`, `canary`, `account` or `wechat`; of `paused`: the hold's reason. */
  @ApiPropertyOptional({ type: 'string' })
  reason?: Shown['reason'];
  /** ISO 8601: when it starts, goes on by itself, or stops waiting for receipts; left out where nobody can tell. */
  until?: string;
  /** Who paused or cancelled it; left out where the service did. */
  @ApiPropertyOptional({ type: ActorView })
  by?: RecordedActor;
}

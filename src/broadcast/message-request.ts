import type { BroadcastBodyDto } from './broadcast.dto.js';
import type { MessageDto } from './message.dto.js';

/** A message as it is asked for, or as an earlier request left it. */
export interface MessageRequest extends MessageDto {
  readonly channel?: BroadcastBodyDto['channel'];
  readonly exclude?: unknown;
}

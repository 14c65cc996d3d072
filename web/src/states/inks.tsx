import {
  AuditOutlined,
  CheckCircleFilled,
  ClockCircleOutlined,
  CloseCircleFilled,
  CloseSquareFilled,
  EditOutlined,
  FieldTimeOutlined,
  HourglassOutlined,
  MinusCircleOutlined,
  PauseCircleFilled,
  QuestionCircleOutlined,
  SendOutlined,
  StopOutlined,
  UndoOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';

/** A colour of `theme/state-inks.ts`. State is always icon and word too: colour alone tells some people nothing. */
export type Ink =
  'good' | 'open' | 'moving' | 'wait' | 'blocked' | 'failed' | 'refused' | 'unknown' | 'quiet';

interface Look {
  readonly ink: Ink;
  readonly icon: ReactNode;
}

export const SHOWN = {
  draft: { ink: 'quiet', icon: <EditOutlined /> },
  rejected: { ink: 'failed', icon: <CloseCircleFilled /> },
  awaiting_approval: { ink: 'wait', icon: <AuditOutlined /> },
  undo: { ink: 'wait', icon: <UndoOutlined /> },
  scheduled: { ink: 'quiet', icon: <FieldTimeOutlined /> },
  running: { ink: 'moving', icon: <SendOutlined /> },
  waiting: { ink: 'wait', icon: <ClockCircleOutlined /> },
  paused: { ink: 'wait', icon: <PauseCircleFilled /> },
  stale: { ink: 'wait', icon: <PauseCircleFilled /> },
  awaiting_receipts: { ink: 'open', icon: <HourglassOutlined /> },
  finished: { ink: 'good', icon: <CheckCircleFilled /> },
  stopped: { ink: 'quiet', icon: <StopOutlined /> },
  cancelled: { ink: 'quiet', icon: <MinusCircleOutlined /> },
} satisfies Readonly<Record<string, Look>>;
export type ShownName = keyof typeof SHOWN;

/** In the order in which every bar and legend has them. */
export const DELIVERY = {
  delivered: { ink: 'good', icon: <CheckCircleFilled /> },
  accepted: { ink: 'open', icon: <HourglassOutlined /> },
  sending: { ink: 'moving', icon: <SendOutlined /> },
  reviewing: { ink: 'wait', icon: <AuditOutlined /> },
  blocked: { ink: 'blocked', icon: <StopOutlined /> },
  failed: { ink: 'failed', icon: <CloseCircleFilled /> },
  refused: { ink: 'refused', icon: <CloseSquareFilled /> },
  unknown: { ink: 'unknown', icon: <QuestionCircleOutlined /> },
  skipped: { ink: 'quiet', icon: <MinusCircleOutlined /> },
  pending: { ink: 'quiet', icon: <ClockCircleOutlined /> },
} satisfies Readonly<Record<string, Look>>;
export type DeliveryName = keyof typeof DELIVERY;
export const DELIVERY_ORDER = Object.keys(DELIVERY) as readonly DeliveryName[];

/** The service knows finer states than people need: what waits in a queue is to be sent. */
export function deliveryName(state: string): DeliveryName {
  if (state === 'queued') return 'pending';
  return state in DELIVERY ? (state as DeliveryName) : 'unknown';
}

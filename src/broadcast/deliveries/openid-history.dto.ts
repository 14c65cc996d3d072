import { DeliveryView, toDeliveryView } from './deliveries.dto.js';
import type { HistoryRow } from './openid-history.js';

/** One delivery of an openid's history, and the broadcast that it belongs to. */
export class HistoryView extends DeliveryView {
  broadcastId!: string;
  broadcastName!: string | null;
  templateId!: string;
  purpose!: string;
  broadcastCreatedAt!: string;
}

export class HistoryPageView {
  items!: HistoryView[];
  next!: string | null;
}

export const toHistoryView = (row: HistoryRow) =>
  ({
    broadcastId: row.broadcast_id,
    broadcastName: row.name,
    templateId: row.template_id,
    purpose: row.purpose,
    broadcastCreatedAt: row.created_at.toISOString(),
    ...toDeliveryView(row),
  }) satisfies HistoryView;

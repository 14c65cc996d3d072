import type { components } from './schema';

/** What became of one recipient. */
export type Delivery = components['schemas']['DeliveryView'];

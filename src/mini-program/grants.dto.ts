import type { Grant } from './grants.js';

export class GrantView {
  templateId!: string;
  /** How many messages of it may be sent; of a long-term one, any number while it is not 0. */
  count!: number;
  longTerm!: boolean;
  updatedAt!: Date;
}

export class GrantPageView {
  items!: GrantView[];
  next!: string | null;
}

export const toGrantView = ({ templateId, count, longTerm, updatedAt }: Grant): GrantView => ({
  templateId,
  count,
  longTerm,
  updatedAt,
});

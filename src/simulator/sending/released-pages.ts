import type { MiniProgramSettings } from '../accounts/account-settings.js';

/** Whether the released app has the page that a message leads to; its query does not matter. No page leads to the first one. */
export const isReleased = ({ pages }: MiniProgramSettings, page: unknown): boolean => {
  if (page === undefined || page === '' || pages.length === 0) return true;
  if (typeof page !== 'string') return false;
  const path = barePath(page);
  return pages.some((released) => barePath(released) === path);
};

const barePath = (page: string): string => page.replace(/\?.*$/s, '').replace(/^\//, '');

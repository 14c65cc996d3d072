import type { MiniProgramSettings } from '../../settings/account-settings.js';

/** Whether the released app has the page of a message. The query does not matter. No page means the first one. */
export const isReleasedPage = ({ pages }: MiniProgramSettings, page: unknown): boolean => {
  if (page === undefined || page === '' || pages.length === 0) return true;
  if (typeof page !== 'string') return false;
  const path = pathWithoutQuery(page);
  return pages.some((released) => pathWithoutQuery(released) === path);
};

const pathWithoutQuery = (page: string): string => page.replace(/\?.*$/s, '').replace(/^\//, '');

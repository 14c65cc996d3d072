import { inLanguage } from '../locales/language';
import type { Upload } from '../api/uploads';

/** Why it cannot be done now; undefined where it can. */
export const whyNot = ({ ok, zh = '', en = '' }: Upload['can']['import']): string | undefined =>
  ok ? undefined : inLanguage({ zh, en });

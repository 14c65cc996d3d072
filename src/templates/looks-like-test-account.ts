import { type Warning, warningOf } from '../kernel/warning.js';
import { mayBeLeftOut } from './field-display.js';
import { marksOf } from './field-marks.js';
import { typeOf } from './field-rules.js';
import type { ListedTemplate } from './listed-templates.js';

/** Names of WeChat's closed library; all other names without a type are free. */
const OLD_NAME = /^keyword\d+$/i;

const isFree = (name: string): boolean =>
  typeOf(name) === 'text' && !OLD_NAME.test(name) && !mayBeLeftOut(name);

/**
 * Templates of WeChat's test account are written by hand: they have no industry, no example, and names that no library
 * gives. We only ask: an old template may have free names as well.
 */
export const looksLikeTestAccount = (templates: readonly ListedTemplate[]): boolean =>
  templates.length > 0 &&
  templates.every(({ primaryIndustry }) => primaryIndustry === '') &&
  templates.some(
    ({ content, example }) =>
      example.trim() === '' && marksOf(content).marks.some(({ name }) => isFree(name)),
  );

export const testAccountOffered = (): Warning =>
  warningOf('testAccount', {
    code: 'looks_like_test_account',
    params: {},
    zh: '这些模板像是微信测试号的模板（参数名自拟）。如果确是测试号，请把公众号的 testAccount 设为 true：此后不再按参数名检查取值。',
    en: "These templates look like those of WeChat's test account (测试号), whose fields have free names. If it is one, set testAccount to true on the account: values are then no longer judged by the names of their fields.",
  });

import { type Locale, LOGIN_PATTERN } from '../record/operator.js';
import { type Claims, claimAt } from './claims.js';

/** Who somebody is for an identity provider. Only `issuer` and `subject` together tell people apart for good. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** What a new operator is called by, unless somebody is called so. */
  readonly login: string;
  readonly name: string;
  readonly locale: Locale;
}

const LONGEST_LOGIN = 56;
const LONGEST_NAME = 100;
/** The longest subject that the standard allows. */
const LONGEST_SUBJECT = 255;

/** Undefined for claims that name nobody. */
export function identityIn(issuer: string, claims: Claims): Identity | undefined {
  const subject = claims['sub'];
  if (typeof subject !== 'string' || subject === '' || subject.length > LONGEST_SUBJECT)
    return undefined;
  const texts = (...names: string[]): string[] =>
    names.flatMap((name) => {
      const value = claimAt(claims, name);
      return typeof value === 'string' ? [plain(value)] : [];
    });
  const [name] = texts('name', 'nickname', 'preferred_username', 'email').filter(Boolean);
  const [login] = texts('preferred_username', 'email', 'name').map(asLogin).filter(isLogin);
  const [locale = ''] = texts('locale');
  return {
    issuer,
    subject,
    login: login ?? 'sso',
    name: (name ?? login ?? 'sso').slice(0, LONGEST_NAME),
    locale: /^en\b/i.test(locale) ? 'en' : 'zh',
  };
}

const plain = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim();

/** Room is left for a number, where the login is taken. */
const asLogin = (text: string): string =>
  text
    .replaceAll(/[^A-Za-z0-9\p{Script=Han}._@+-]+/gu, '-')
    .replace(/^[._@+-]+/, '')
    .slice(0, LONGEST_LOGIN);

const isLogin = (text: string): boolean => LOGIN_PATTERN.test(text);

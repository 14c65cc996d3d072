import { readFileSync } from 'node:fs';
import { PERMISSIONS, roleHas, ROLES } from '../../../src/access/permissions.js';

/** The table of the pages, of the code's own. */
const table = (): string =>
  [
    `| | ${ROLES.map((role) => `\`${role}\``).join(' | ')} |`,
    `| --- |${' :---: |'.repeat(ROLES.length)}`,
    ...PERMISSIONS.map(
      (permission) =>
        `| \`${permission}\` | ${ROLES.map((role) => (roleHas(role, permission) ? '✓' : '')).join(' | ')} |`,
    ),
  ].join('\n');

const plain = (text: string): string => text.replaceAll(/ {2,}/g, ' ').trim();

describe('the table of roles and permissions', () => {
  it.each(['docs/security.md', 'docs/security.zh-CN.md'])(
    'the table of roles and permissions in %s is the one of the code',
    (page) => {
      const [, told = ''] =
        /<!-- permissions -->([^]*?)<!-- \/permissions -->/.exec(readFileSync(page, 'utf8')) ?? [];
      expect(plain(told)).toBe(plain(table()));
    },
  );
});

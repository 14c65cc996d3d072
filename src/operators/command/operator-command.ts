import { parseArgs } from 'node:util';
import type { Kysely } from 'kysely';
import type { Grant } from '../../access/caller.js';
import { type Role, ROLES } from '../../access/permissions.js';
import { SessionsService } from '../../access/sessions.service.js';
import { actingAs } from '../../kernel/acting.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { PasswordHasher } from '../password/password-hasher.js';
import { OperatorsService } from '../people/operators.service.js';
import { LOGIN_PATTERN, type OperatorRecord } from '../record/operator.js';
import { operatorNotFound } from '../record/operator-refusals.js';
import { findByLogin } from '../record/operators.repository.js';
import type { OperatorsTables } from '../record/operators.tables.js';

const USAGE = `用法 usage:
  npm run operator -- list
  npm run operator -- create LOGIN [--name NAME] [--role admin] [--appid wx… …]
  npm run operator -- reset LOGIN [--without-totp]
  npm run operator -- disable LOGIN
`;

const OPTIONS = {
  name: { type: 'string' },
  role: { type: 'string', default: 'admin' },
  appid: { type: 'string', multiple: true },
  'without-totp': { type: 'boolean', default: false },
} as const;

const PAGE = 200;

/** Everything the command does to a database; returns the exit code. Whoever has the database may do all of it. */
export async function runOperatorCommand(
  args: readonly string[],
  db: Kysely<unknown>,
  print: (text: string) => void,
): Promise<number> {
  // The compiler wants it; the linter's newer TypeScript sees no need.
  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion
  const command = new OperatorCommand(db as Kysely<OperatorsTables>, print);
  const actor = { kind: 'system', name: 'npm run operator' } as const;
  try {
    return (await actingAs(actor, () => command.run(args))) ? 0 : 2;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    print(`${error.message}\n`);
    return 1;
  }
}

class OperatorCommand {
  readonly #db: Kysely<OperatorsTables>;
  readonly #operators: OperatorsService;
  readonly #print: (text: string) => void;

  constructor(db: Kysely<OperatorsTables>, print: (text: string) => void) {
    this.#db = db;
    this.#print = print;
    type SessionsDb = ConstructorParameters<typeof SessionsService>[0];
    const sessions = new SessionsService(db as unknown as SessionsDb);
    this.#operators = new OperatorsService(db, new PasswordHasher(), sessions);
  }

  /** False where the words were none that it knows. */
  async run(args: readonly string[]): Promise<boolean> {
    const read = readArguments(args);
    const [verb, login, ...rest] = read?.positionals ?? [];
    if (read === undefined || rest.length > 0) return this.#usage();
    const { values } = read;
    if (verb === 'list' && login === undefined) return await this.#list();
    if (login === undefined) return this.#usage();
    if (verb === 'create') return await this.#create(login, values);
    if (verb === 'reset') return await this.#reset(login, values['without-totp'] === true);
    if (verb === 'disable') return await this.#disable(login);
    return this.#usage();
  }

  async #list(): Promise<boolean> {
    let after: string | null = '0';
    while (after !== null) {
      const page: { items: OperatorRecord[]; next: string | null } = await this.#operators.list(
        'command',
        after,
        PAGE,
      );
      for (const operator of page.items) this.#print(`${lineOf(operator)}\n`);
      after = page.next;
    }
    return true;
  }

  async #create(
    login: string,
    {
      name = login,
      role = 'admin',
      appid,
    }: { name?: string | undefined; role?: string | undefined; appid?: string[] | undefined },
  ): Promise<boolean> {
    if (!LOGIN_PATTERN.test(login) || !isRole(role)) return this.#usage();
    const grants: Grant[] = [{ appids: appid ?? null, role }];
    const { oneTimePassword } = await this.#operators.create('command', { login, name, grants });
    this.#tell(login, oneTimePassword);
    return true;
  }

  async #reset(login: string, withoutTotp: boolean): Promise<boolean> {
    const { id, disabledAt } = await this.#find(login);
    const { oneTimePassword } = await this.#operators.resetPassword('command', id, { withoutTotp });
    // Whoever runs this wants them back in.
    if (disabledAt !== null) await this.#operators.change('command', id, { disabled: false });
    this.#tell(login, oneTimePassword);
    return true;
  }

  async #disable(login: string): Promise<boolean> {
    const { id } = await this.#find(login);
    await this.#operators.change('command', id, { disabled: true });
    const words = both(
      `${login} 已停用，最多 10 秒后全部退出。`,
      `${login} is disabled, and out of everything within ten seconds.`,
    );
    this.#print(`${words.toString()}\n`);
    return true;
  }

  async #find(login: string) {
    const found = await findByLogin(this.#db, login);
    if (found === undefined) throw operatorNotFound(login);
    return found;
  }

  #tell(login: string, password: string | null): void {
    const words = both(
      `${login} 的一次性密码（只显示这一次，首次登录时须修改）：`,
      `The one-time password of ${login}, shown this once, to be changed at the first login:`,
    );
    this.#print(`${words.toString()}\n\n    ${password ?? ''}\n\n`);
  }

  #usage(): false {
    this.#print(USAGE);
    return false;
  }
}

/** Undefined for options that there are not. */
function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) return undefined;
    throw error;
  }
}

const isRole = (word: string): word is Role => (ROLES as readonly string[]).includes(word);

const lineOf = ({ id, login, name, grants, disabledAt }: OperatorRecord): string =>
  [
    String(id),
    login,
    name,
    grants.map(({ appids, role }) => `${role}@${appids?.join(',') ?? '*'}`).join(' ') || '-',
    disabledAt === null ? '' : '停用 disabled',
  ]
    .join('\t')
    .trimEnd();

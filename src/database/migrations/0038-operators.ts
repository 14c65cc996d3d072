import { type Kysely, sql } from 'kysely';

export const name = '0038-operators';

/** People with names and rights: operators, what they and keys may do where, how they come in. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [OPERATOR, RECOVERY_CODE, API_KEY, ROLE_GRANT, FORMER_KEYS]) {
    await sql.raw(statement).execute(db);
  }
  for (const statement of [SESSION, LOGIN_ATTEMPT]) await sql.raw(statement).execute(db);
}

const OPERATOR = `
  create table operator (
    id integer generated always as identity constraint operator_pkey primary key,
    login text not null,
    name text not null,
    password_hash text,
    locale text not null default 'zh',
    settings jsonb not null default '{}',
    must_change_password boolean not null default false,
    disabled_at timestamptz,
    totp_secret bytea,
    oidc_issuer text,
    oidc_subject text,
    rights_version integer not null default 1,
    created_at timestamptz not null default clock_now(),
    constraint operator_oidc_check check ((oidc_issuer is null) = (oidc_subject is null))
  );
  create unique index operator_login on operator (lower(login collate "C"));
  create unique index operator_oidc on operator (oidc_issuer, oidc_subject)`;

const RECOVERY_CODE = `
  create table recovery_code (
    operator_id integer not null
      constraint recovery_code_operator_id_fkey references operator (id) on delete cascade,
    hash bytea not null,
    used_at timestamptz,
    constraint recovery_code_pkey primary key (operator_id, hash)
  )`;

/** What a key may do stands in its grants. `role` stays for processes of the former release: its right everywhere. */
const API_KEY = `
  alter table api_key
    alter column role drop not null,
    add column prefix text,
    add column made_by jsonb,
    add column expires_at timestamptz,
    add column last_used_at timestamptz,
    add column former_hash bytea constraint api_key_former_hash_key unique,
    add column former_until timestamptz,
    add constraint api_key_former_check check ((former_hash is null) = (former_until is null))`;

/** Without an account: on all of them, those to come included. An account that goes takes its grants with it. */
const ROLE_GRANT = `
  create table role_grant (
    id integer generated always as identity constraint role_grant_pkey primary key,
    operator_id integer
      constraint role_grant_operator_id_fkey references operator (id) on delete cascade,
    api_key_id integer
      constraint role_grant_api_key_id_fkey references api_key (id) on delete cascade,
    account_id integer
      constraint role_grant_account_id_fkey references account (id) on delete cascade,
    role text not null
      constraint role_grant_role_check check (role in ('viewer', 'editor', 'sender', 'admin', 'support')),
    constraint role_grant_holder_check check (num_nonnulls(operator_id, api_key_id) = 1)
  );
  create unique index role_grant_of_operator on role_grant (operator_id, coalesce(account_id, 0), role)
    where operator_id is not null;
  create unique index role_grant_of_api_key on role_grant (api_key_id, coalesce(account_id, 0), role)
    where api_key_id is not null;
  create index role_grant_account_id on role_grant (account_id)`;

/** Keys from before, and those that a process of the former release still makes, have their role on all accounts. */
const FORMER_KEYS = `
  insert into role_grant (api_key_id, role) select id, role from api_key;
  create function grant_role_of_api_key() returns trigger language plpgsql as $$
    begin
      insert into role_grant (api_key_id, role) values (new.id, new.role);
      return null;
    end $$;
  create trigger api_key_role after insert on api_key
    for each row when (new.role is not null) execute function grant_role_of_api_key()`;

/** `expires_at` is the end of an idle session, `ends_at` of every one. */
const SESSION = `
  alter table session
    alter column api_key_id drop not null,
    add column operator_id integer
      constraint session_operator_id_fkey references operator (id) on delete cascade,
    add column id uuid not null default gen_random_uuid(),
    add column last_seen_at timestamptz not null default clock_now(),
    add column ip text,
    add column user_agent text,
    add column ends_at timestamptz not null default clock_now() + interval '7 days',
    add constraint session_holder_check check (num_nonnulls(operator_id, api_key_id) = 1);
  create unique index session_id on session (id);
  create index session_operator_id on session (operator_id)`;

/** How often a name or a network was tried in vain, counted by all processes together. */
const LOGIN_ATTEMPT = `
  create table login_attempt (
    key text constraint login_attempt_pkey primary key,
    count integer not null,
    next_at timestamptz not null,
    forget_at timestamptz not null
  );
  create index login_attempt_forget_at on login_attempt (forget_at)`;

import { DatabaseSync } from 'node:sqlite'

/** The rows, indexes and durability that the contracts need, without anything between. */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on')
  database.exec('pragma wal_autocheckpoint = 4000; pragma cache_size = -16000; pragma temp_store = memory')
  database.exec(schema)
  return database
}

const schema = `
create table if not exists users (
  id integer primary key autoincrement, union_id text unique, nickname text not null default '',
  avatar_url text not null default '', phone blob, person_key blob, erased_at integer, created_at integer not null);
create table if not exists identities (
  id integer primary key autoincrement, app_id text not null, open_id text not null,
  user_id integer not null references users (id), session_keys blob, member_id integer, created_at integer not null,
  unique (app_id, open_id));
create index if not exists identities_by_user on identities (user_id);
create table if not exists sessions (
  token_hash blob primary key, identity_id integer not null references identities (id) on delete cascade,
  lifetime_ms integer not null, issued_at integer not null, expires_at integer not null,
  ends_at integer not null, revoked_at integer) without rowid;
create index if not exists sessions_by_identity on sessions (identity_id);
create index if not exists sessions_by_expiry on sessions (expires_at);
create table if not exists code_exchanges (
  code_hash blob primary key, identity_id integer not null references identities (id) on delete cascade,
  until integer not null) without rowid;
create table if not exists messages (
  id integer primary key autoincrement, app_id text not null, dedupe_key blob not null, open_id text not null,
  kind text not null, event text, created_at integer not null, received_at integer not null, content text not null,
  unique (app_id, dedupe_key));
create index if not exists messages_by_app_id on messages (app_id, id);
create index if not exists messages_by_open_id on messages (app_id, open_id, id);
create table if not exists qr_codes (
  key blob primary key, content_hash text not null, made_at integer not null) without rowid;
create index if not exists code_exchanges_by_until on code_exchanges (until);
`

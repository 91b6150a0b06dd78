import { DatabaseSync } from 'node:sqlite'

export const database = new DatabaseSync(`${process.env.BENCH_DATA_DIR}/peer.db`)
database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on')
database.exec(`
create table if not exists users (
  id integer primary key, open_id text not null unique, union_id text, session_key text, created_at integer);
create table if not exists qr_codes (page text, scene text, hash text not null, primary key (page, scene));
create table if not exists sessions (
  token text primary key, user_id integer not null references users (id), expires_at integer not null);
`)

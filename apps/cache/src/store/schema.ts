/** The number of the format that this version writes; a folder of a newer one is refused. */
export const FORMAT = 1

/**
 * `trust` is `main` or `branch`: it names the pool that an entry counts for and the folder that its body stands in, so that no file
 * is ever shared between what main reads and what branches write. `garbage` are bodies that an entry has left; whoever
 * removes them looks first whether another one has come.
 */
export const SCHEMA = `
create table if not exists entries (
  scope text not null, hash text not null, trust text not null, sha text not null, size integer not null,
  contents text not null, writer text not null, revision text, written integer not null,
  task text, ms integer, hits integer not null default 0, used integer not null,
  primary key (scope, hash)
) strict, without rowid;
create index if not exists entries_by_use on entries (trust, used);
create index if not exists entries_by_body on entries (trust, sha);
create index if not exists entries_by_writer on entries (writer);
create index if not exists entries_by_hash on entries (hash);

create table if not exists pools (trust text primary key, bytes integer not null, entries integer not null) strict;
insert or ignore into pools values ('main', 0, 0), ('branch', 0, 0);
create trigger if not exists entry_added after insert on entries begin
  update pools set bytes = bytes + new.size, entries = entries + 1 where trust = new.trust;
end;
create trigger if not exists entry_gone after delete on entries begin
  update pools set bytes = bytes - old.size, entries = entries - 1 where trust = old.trust;
  insert or ignore into garbage values (old.trust, old.sha);
end;

create table if not exists garbage (trust text not null, sha text not null, primary key (trust, sha)) strict, without rowid;

create table if not exists absences (
  id integer primary key, at integer not null, scope text not null, hash text not null,
  kind text not null, reason text not null, writer text not null
) strict;
create index if not exists absences_by_hash on absences (hash, scope);
create index if not exists absences_by_trust on absences (scope = 'main');

create table if not exists results (
  scope text not null, hash text not null, task text not null, passed integer not null, failed integer not null,
  first integer not null, last integer not null, primary key (scope, hash, task)
) strict, without rowid;
create index if not exists results_by_trust on results (scope = 'main', last);
create index if not exists flakes_by_trust on results (scope <> 'main', last desc) where passed > 0 and failed > 0;

create table if not exists days (
  day text not null, scope text not null, hits integer not null, misses integer not null, saved integer not null,
  primary key (day, scope)
) strict, without rowid;
create table if not exists counts (name text primary key, value integer not null) strict;
`

create table purses (
  purse text primary key,
  events bigint not null,
  coins bigint not null
);
create table payments (
  purse text not null,
  version bigint not null,
  amount bigint not null,
  primary key (purse, version)
);

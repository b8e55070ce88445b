create table accounts (
  tenant text not null,
  account text not null,
  currency text not null,
  balance bigint not null,
  status text not null,
  events bigint not null,
  primary key (tenant, account)
);

create index accounts_overdrawn on accounts (balance) where balance < 0;

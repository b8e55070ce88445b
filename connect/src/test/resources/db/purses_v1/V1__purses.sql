create table purses (
  purse text primary key,
  balance bigint not null,
  events bigint not null
);

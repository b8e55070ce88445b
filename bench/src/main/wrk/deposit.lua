-- Durable deposits on a node of this machine with wrk, each with an operation id of its own:
--
--   wrk -t1 -c64 -d20s --latency -s bench/src/main/wrk/deposit.lua http://127.0.0.1:7400
--
-- Run it once for 20 s to warm the node up, then again. The first deposit opens an account.

local accounts = 10000
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  -- The address of a fresh table differs from run to run, which os.time alone does not.
  local salt = tonumber(tostring({}):match("0x(%x+)"), 16) or 0
  run = string.format("%x-%x-%d", os.time(), salt, id)
  math.randomseed(os.time() + salt + id)
  sequence = 0
end

function request()
  sequence = sequence + 1
  local account = math.random(0, accounts - 1)
  local body = '{"amount":' .. math.random(1, 100000) .. '}'
  return wrk.format("POST", "/v1/entities/account/wrk-" .. account .. "/deposit", {
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = run .. "-" .. sequence,
  }, body)
end

function done(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout
  io.write(string.format("p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, max %.2f ms, failed %d\n",
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    latency:percentile(99.9) / 1000, latency.max / 1000, failed))
end

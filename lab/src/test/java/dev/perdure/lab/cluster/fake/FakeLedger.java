package dev.perdure.lab.cluster.fake;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The accounts of a fake node, in memory and in a file that survives a kill. */
final class FakeLedger {

  /** A reply and whether it was recorded before. */
  record Reply(int status, long version, String body, boolean replayed) {}

  private record Event(long version, String type, String operation, long amount) {}

  private static final class Account {
    private final List<Event> events = new ArrayList<>();
    private long balance;

    long version() {
      return events.size();
    }
  }

  private final Map<String, Account> accounts = new TreeMap<>();
  private final Map<String, Reply> recorded = new HashMap<>();
  private final FakeMode mode;
  private final RandomAccessFile file;
  private final Map<String, Reply> old = new HashMap<>();
  private long applied;

  FakeLedger(FakeMode mode, Path folder) throws IOException {
    this.mode = mode;
    Files.createDirectories(folder);
    Path log = folder.resolve("ops.log");
    if (Files.exists(log)) {
      for (String line : Files.readAllLines(log)) {
        String[] parts = line.split(" ", -1);
        execute(parts[0], parts[1], parts[2], Long.parseLong(parts[3]));
      }
    }
    file = new RandomAccessFile(log.toFile(), "rw");
    file.seek(file.length());
  }

  synchronized Reply command(String account, String command, String key, long amount) {
    Reply before = recorded.get(account + "/" + key);
    if (before != null && mode != FakeMode.DOUBLES) {
      return new Reply(before.status(), before.version(), before.body(), true);
    }
    if (mode != FakeMode.FORGETS && !persist(key + " " + account + " " + command + " " + amount)) {
      return new Reply(503, -1, "{\"code\":\"read-only\"}", false);
    }
    return execute(key, account, command, amount);
  }

  private boolean persist(String line) {
    try {
      long end = file.getFilePointer();
      try {
        file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        return true;
      } catch (IOException full) {
        file.setLength(end);
        file.seek(end);
        return false;
      }
    } catch (IOException e) {
      return false;
    }
  }

  private Reply execute(String key, String id, String command, long amount) {
    Account account = accounts.computeIfAbsent(id, ignored -> new Account());
    old.put(id, state(id)); // what a stale read gives
    applied++;
    Reply reply;
    if (command.equals("withdraw") && account.balance < amount) {
      String code = account.version() == 0 ? "account-not-open" : "insufficient-funds";
      reply = new Reply(409, account.version(), "{\"code\":\"" + code + "\"}", false);
    } else {
      if (account.version() == 0) {
        account.events.add(new Event(1, "opened", key, 0));
      }
      boolean deposit = command.equals("deposit");
      account.balance += deposit ? amount : -amount;
      String type = deposit ? "deposited" : "withdrawn";
      account.events.add(new Event(account.version() + 1, type, key, amount));
      reply = new Reply(200, account.version(), "{\"balance\":" + account.balance + "}", false);
    }
    recorded.put(id + "/" + key, reply);
    return reply;
  }

  synchronized Reply read(String id) {
    boolean stale = mode == FakeMode.STALE && applied % 3 == 0;
    return stale ? old.getOrDefault(id, state(id)) : state(id);
  }

  private Reply state(String id) {
    Account account = accounts.get(id);
    return account == null || account.version() == 0
        ? new Reply(404, -1, "{\"code\":\"not-found\"}", false)
        : new Reply(200, account.version(), "{\"balance\":" + account.balance + "}", false);
  }

  synchronized String events(String id, long after, int limit) {
    StringBuilder out = new StringBuilder("{\"events\":[");
    List<Event> all = accounts.getOrDefault(id, new Account()).events;
    int count = 0;
    for (Event event : all) {
      if (event.version > after && count < limit) {
        out.append(count++ == 0 ? "" : ",")
            .append(
                "{\"version\":%d,\"type\":\"%s\",\"operation_id\":\"%s\",\"data\":{\"amount\":%d}}"
                    .formatted(event.version, event.type, event.operation, event.amount));
      }
    }
    return out + "],\"more\":" + (after + count < all.size()) + "}";
  }

  synchronized long applied() {
    return applied;
  }
}

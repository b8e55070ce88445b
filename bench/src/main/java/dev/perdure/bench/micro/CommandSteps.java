package dev.perdure.bench.micro;

import dev.perdure.api.Decision;
import dev.perdure.api.Operation;
import dev.perdure.example.ledger.LedgerService;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.EntryHeader;
import dev.perdure.runtime.record.Fence;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.type.CommandBody;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * The steps of a deposit into one of ten thousand accounts, as the shard takes them. One thread.
 */
final class CommandSteps {

  private static final byte[] DEPOSIT =
      "{\"amount\":125,\"currency\":\"CZK\"}".getBytes(StandardCharsets.UTF_8);
  private static final int ACCOUNTS = 10_000;
  private static final long STAMP = 1_760_000_000_000_000L;

  private final SplittableRandom random = new SplittableRandom(1);
  private final EntityModel account;
  private final List<EntityAddress> addresses = new ArrayList<>();
  private final EntryBuilder entry = new EntryBuilder();
  private final Operation operation =
      new Operation("default", "account-1", "op-1", "anna", Instant.EPOCH, 7);
  private final Object command;
  private final Object state;
  private long sequence;
  private long offset;
  private long operations;

  CommandSteps() {
    EntityModel found = new TypeRegistry(List.of(new LedgerService())).find("account");
    if (found == null) {
      throw new IllegalStateException("the ledger has no accounts");
    }
    account = found;
    for (int i = 0; i < ACCOUNTS; i++) {
      addresses.add(new EntityAddress("default", account.name(), "account-" + i));
    }
    command = Objects.requireNonNull(read().value());
    state = decide(account.initial()).state();
  }

  /** Parses a command's body and takes its fingerprint. */
  CommandBody read() {
    return account.body("deposit", DEPOSIT);
  }

  /** What comes of deciding: events and reply as stored, and the state that the events lead to. */
  record Decided(List<StoredEvent> events, byte[] reply, Object state) {}

  /** Decides a deposit into an account that is open. */
  Decided decide() {
    return decide(state);
  }

  private Decided decide(Object before) {
    Decision.Accepted<Object> decision =
        (Decision.Accepted<Object>) account.decide(before, command, operation);
    byte[] reply = EntityModel.encodeReply(decision.reply());
    List<StoredEvent> events = new ArrayList<>(decision.events().size());
    Object after = before;
    for (Object event : decision.events()) {
      StoredEvent stored = account.encode(event);
      events.add(stored);
      after = account.evolve(after, account.decode(stored));
    }
    return new Decided(events, reply, after);
  }

  /** The next journal entry: so many deposits into random accounts. */
  byte[] entry(int commands, Decided decided) {
    entry.begin(new EntryHeader(new Fence(1, 1, sequence), STAMP + sequence, offset));
    sequence++;
    for (int i = 0; i < commands; i++) {
      EntityAddress address = addresses.get(random.nextInt(ACCOUNTS));
      String id = "op-" + operations++;
      CommandRecord record =
          new CommandRecord(
              offset,
              STAMP + sequence,
              new CommandRecord.Origin(id, 7, "anna", "", ""),
              new CommandRecord.Answer(null, decided.reply()),
              decided.events());
      entry.command(
          Keys.record(address, offset), record, address.operationHash(id), decided.reply().length);
      offset += record.offsets();
    }
    return entry.finish();
  }
}

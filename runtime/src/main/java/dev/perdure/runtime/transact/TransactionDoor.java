package dev.perdure.runtime.transact;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.kernel.Hash64;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Transactions;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.transaction.TransactionEntity;
import dev.perdure.runtime.type.TypeRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Runs transactions on the threads of those who call. Thread-safe. */
public final class TransactionDoor implements Transactions {

  private final Parts of;

  /** What it works with. */
  public record Parts(
      TypeRegistry types, Entities entities, Clock clock, Entropy entropy, IntSupplier level) {}

  public TransactionDoor(Parts parts) {
    this.of = parts;
  }

  @Override
  public TransactionAnswer execute(
      @Nullable String transaction, List<Part> parts, CallContext context) {
    if (of.level.getAsInt() < Build.TRANSACTIONS) {
      return failed(
          ProblemCode.UNKNOWN_ROUTE,
          "transactions are served from level "
              + Build.TRANSACTIONS
              + " on; run `perdure cluster finalize` when all nodes support it");
    }
    String refusal = refusal(parts);
    if (refusal != null) {
      return failed(ProblemCode.INVALID_BODY, refusal);
    }
    for (int i = 0; i < parts.size(); i++) {
      String invalid = parts.get(i).command().invalid();
      if (invalid != null) {
        return new TransactionAnswer.Failed(
            i, Outcome.Failed.of(ProblemCode.INVALID_BODY, invalid));
      }
    }
    String id = transaction == null ? of.entropy.uuid().toString() : transaction;
    EntityAddress record;
    try {
      record = new EntityAddress(parts.getFirst().entity().tenant(), TransactionEntity.TYPE, id);
    } catch (IllegalArgumentException e) {
      return failed(ProblemCode.INVALID_ID, String.valueOf(e.getMessage()));
    }
    return run(
        new Transacting(
            new Transacting.Of(record, of.types.transactions(), parts, fingerprint(parts)),
            context,
            now()));
  }

  private static TransactionAnswer failed(ProblemCode code, String detail) {
    return new TransactionAnswer.Failed(-1, Outcome.Failed.of(code, detail));
  }

  private @Nullable String refusal(List<Part> parts) {
    if (parts.isEmpty() || parts.size() > PARTS_MAX) {
      return "a transaction of " + parts.size() + " commands; 1 to " + PARTS_MAX + " are allowed";
    }
    Set<EntityAddress> seen = new HashSet<>();
    for (Part part : parts) {
      if (!part.entity().tenant().equals(parts.getFirst().entity().tenant())) {
        return "two commands are for different tenants; a transaction is one tenant's";
      }
      if (of.types.find(part.entity().type()) == null) {
        return "there is no entity type '" + part.entity().type() + "'";
      }
      if (!seen.add(part.entity())) {
        return "two commands are for '"
            + part.entity().id()
            + "'; a transaction has one for each entity";
      }
    }
    return null;
  }

  /** Of all that it asks for, in the caller's order. */
  public static long fingerprint(List<Part> parts) {
    ByteWriter out = new ByteWriter(256);
    for (Part part : parts) {
      out.text(part.entity().toString()).u64(part.command().fingerprint());
      out.text(part.precondition().toString());
    }
    return Hash64.of(out.array(), 0, out.size(), 0);
  }

  private TransactionAnswer run(Transacting course) {
    while (true) {
      List<Transacting.Send> sends = course.toSend();
      List<Entities.Waiting> waiting = new ArrayList<>(sends.size());
      long delayNs = sends.stream().mapToLong(Transacting.Send::delayNs).max().orElse(0);
      if (delayNs > 0) {
        LockSupport.parkNanos(delayNs);
      }
      for (Transacting.Send send : sends) {
        waiting.add(of.entities.submit(send.command()));
      }
      TransactionAnswer answer = course.answer();
      if (answer != null) {
        return answer; // what was sent last finds its way without us
      }
      for (int i = 0; i < sends.size(); i++) {
        course.answered(sends.get(i), waiting.get(i).await(), now());
      }
    }
  }

  private long now() {
    return of.clock.monotonicNs();
  }
}

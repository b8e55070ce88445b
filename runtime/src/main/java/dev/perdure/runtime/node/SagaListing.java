package dev.perdure.runtime.node;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.Sagas.SagaPage;
import dev.perdure.runtime.Sagas.SagaQuery;
import dev.perdure.runtime.drive.DriveParts;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.type.SagaModel;
import dev.perdure.runtime.wake.Wakes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lists sagas of the shards that this node leads, shard by shard. */
final class SagaListing {

  private static final int PAGE = 128;
  private static final int LIMIT_MAX = 1_000;
  private static final int ROWS_MAX = 200_000;
  private static final long READ_NS = 5_000_000_000L;

  private final DriveParts parts;
  private final Wakes wakes;
  private final Supplier<List<Shard>> leading;

  SagaListing(DriveParts parts, Wakes wakes, Supplier<List<Shard>> leading) {
    this.parts = parts;
    this.wakes = wakes;
    this.leading = leading;
  }

  /**
   * Where a page begins.
   *
   * @param key of the shard's own rows; empty at its beginning
   */
  private record From(int shard, byte[] key) {

    static From of(@Nullable String text) {
      if (text == null) {
        return new From(-1, new byte[0]);
      }
      int dot = text.indexOf('.');
      if (dot < 1) {
        throw new IllegalArgumentException("'" + text + "' is not the next of a page");
      }
      return new From(
          Integer.parseInt(text.substring(0, dot)),
          Base64.getUrlDecoder().decode(text.substring(dot + 1).getBytes(StandardCharsets.UTF_8)));
    }

    String text() {
      return shard + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }
  }

  /** Finds the addresses of one shard's part of a page. */
  private interface Finding {
    byte[] find(Shard shard, byte[] from, List<EntityAddress> found);
  }

  /** The door's answer to a query. */
  SagaPage list(SagaQuery query, Function<EntityAddress, SagaAnswer> read) {
    int limit = Math.clamp(query.limit(), 1, LIMIT_MAX);
    From from = From.of(query.after());
    Finding finding =
        query.unfinished()
            ? (shard, key, found) -> unfinished(query, shard, new Part(key, limit, found))
            : (shard, key, found) -> all(query, shard, new Part(key, limit, found));
    List<SagaView> views = new ArrayList<>();
    for (Shard shard : leading.get()) {
      if (shard.number() >= from.shard) {
        byte[] key = shard.number() == from.shard ? from.key : new byte[0];
        List<EntityAddress> found = new ArrayList<>();
        byte[] next = finding.find(shard, key, found);
        for (EntityAddress one : found) {
          if (read.apply(one) instanceof SagaAnswer.Seen seen) {
            views.add(seen.saga());
          }
        }
        if (next.length != 0) {
          return new SagaPage(views, new From(shard.number(), next).text());
        }
        if (views.size() >= limit) {
          return new SagaPage(views, new From(shard.number() + 1, next).text());
        }
      }
    }
    return new SagaPage(views, null);
  }

  CallContext context() {
    return new CallContext("", "", parts.clock().monotonicNs() + READ_NS);
  }

  /** A part of a page: where it begins, how much of it there may be, and what was found. */
  private record Part(byte[] from, int limit, List<EntityAddress> found) {}

  private boolean wanted(SagaQuery query, EntityAddress address) {
    SagaModel model = parts.types().saga(address.type());
    return model != null
        && address.tenant().equals(query.tenant())
        && (query.type() == null || model == parts.types().saga(query.type()));
  }

  private byte[] unfinished(SagaQuery query, Shard shard, Part part) {
    byte[] from = part.from;
    do {
      int room = Math.min(PAGE, part.limit - part.found.size());
      Wakes.Page page = wakes.unfinished(shard.number(), from, room);
      for (Wakes.Pending one : page.pending()) {
        if (wanted(query, one.entity())) {
          part.found.add(one.entity());
        }
      }
      from = page.next();
    } while (from.length != 0 && part.found.size() < part.limit);
    return from;
  }

  private byte[] all(SagaQuery query, Shard shard, Part part) {
    byte[] from = part.from.length == 0 ? Keys.slot(0) : part.from;
    @Nullable EntityAddress last = null;
    int rows = 0;
    try (StateStore.Scan scan = shard.store().scan(from, Keys.slot(EntityAddress.SLOTS))) {
      for (; scan.valid(); scan.next()) {
        byte[] key = scan.key();
        EntityAddress address = Keys.addressOf(key);
        if ((last != null && address.equals(last)) || !shard.slots().owns(address.slot())) {
          continue;
        }
        if (part.found.size() >= part.limit || rows++ > ROWS_MAX) {
          return key;
        }
        last = address;
        if (wanted(query, address)) {
          part.found.add(address);
        }
      }
    }
    return new byte[0];
  }
}

package dev.perdure.server.ingress;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.record.StreamPosition;
import dev.perdure.runtime.stream.Streams;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.server.http.Exchange;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/streams/{type}}: a page of events, or, as {@code text/event-stream}, events as
 * they happen.
 */
final class StreamHandler {

  private static final Header NDJSON =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/x-ndjson");
  private static final Header EVENT_STREAM =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/event-stream");
  private static final HeaderName POSITION = HeaderNames.create("Perdure-Position");
  private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
  private static final String LATEST = "latest";
  private static final int LIMIT_DEFAULT = 100;
  private static final long LOOK_NS = 20_000_000L;
  private static final long SIGN_OF_LIFE_NS = 10_000_000_000L;
  private static final long FOLLOWED_NS = 600_000_000_000L;
  private static final byte[] ALIVE = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Streams streams;
  private final TypeRegistry types;
  private final Clock clock;
  private final BooleanSupplier stopping;
  private final int eventsMax;
  private final int bytesMax;

  StreamHandler(Api.Core core, Api.Settings settings) {
    this.streams = core.streams().all();
    this.stopping = core.streams().stopping();
    this.types = core.types();
    this.clock = core.clock();
    this.eventsMax = settings.eventsMax();
    this.bytesMax = settings.eventBytesMax();
  }

  void handle(Admitted admitted) throws IOException {
    Exchange exchange = admitted.request().exchange();
    String named = Percent.decode(admitted.request().target().type(), "the entity type");
    EntityModel model = types.find(named);
    if (model == null) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_TYPE,
          "no entity type '%s'; there is %s"
              .formatted(Text.shown(named), String.join(", ", types.names())));
    }
    Query query = new Query(exchange.rawQuery());
    int limit = (int) query.number("limit", 1, eventsMax, Math.min(LIMIT_DEFAULT, eventsMax));
    Asked asked = new Asked(admitted.tenant(), model.name(), limit);
    StreamPosition after = after(exchange, query.text("after"));
    String accept = exchange.header(HeaderNames.ACCEPT);
    if (accept != null && accept.toLowerCase(Locale.ROOT).contains("text/event-stream")) {
      follow(exchange, asked, after);
    } else {
      page(exchange, asked, after);
    }
  }

  /** Whose events of what are wanted, and how many at once. */
  private record Asked(String tenant, String type, int limit) {}

  private StreamPosition after(Exchange exchange, @Nullable String given) {
    String text = given == null ? exchange.header(LAST_EVENT_ID) : given;
    if (text == null) {
      return StreamPosition.START;
    }
    if (text.equals(LATEST)) {
      return streams.latest();
    }
    try {
      return StreamPosition.of(text);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST,
          "'%s' is no position; give back one that an event or the header Perdure-Position had, or"
                  .formatted(Text.shown(text))
              + " 'latest', or leave it out");
    }
  }

  private Streams.Page read(Asked asked, StreamPosition after) {
    Streams.Page page = streams.read(asked.tenant, asked.type, after, asked.limit);
    if (!page.missing().isEmpty()) {
      throw new ProblemException(
          ProblemCode.NO_LEADER,
          "this node holds no replica of shards "
              + page.missing()
              + " that could be read; ask a node that holds all of them");
    }
    return page;
  }

  private void page(Exchange exchange, Asked asked, StreamPosition after) {
    Streams.Page page = read(asked, after);
    ByteArrayOutputStream out = new ByteArrayOutputStream(4_096);
    StreamPosition before = after;
    StreamPosition last = page.next();
    for (Streams.Entry entry : page.entries()) {
      byte[] event = StreamDocuments.event(entry);
      if (out.size() > 0 && out.size() + event.length > bytesMax) {
        last = before;
        break;
      }
      before = entry.position();
      out.writeBytes(event);
      out.write('\n');
    }
    exchange.header(HeaderValues.create(POSITION, last.text()));
    exchange.send(200, NDJSON, out.toByteArray());
  }

  /** Until the caller goes, the node stops, or it has been long: then the caller comes again. */
  private void follow(Exchange exchange, Asked asked, StreamPosition after) throws IOException {
    StreamPosition at = after;
    Streams.Page page = read(asked, at);
    if (exchange.method().equals("HEAD")) {
      exchange.send(200, EVENT_STREAM, new byte[0]);
      return;
    }
    long beganNs = clock.monotonicNs();
    long wroteNs = beganNs;
    try (OutputStream out = exchange.stream(200, EVENT_STREAM)) {
      out.write(ALIVE);
      out.flush();
      while (!stopping.getAsBoolean() && clock.monotonicNs() - beganNs < FOLLOWED_NS) {
        for (Streams.Entry entry : page.entries()) {
          write(out, entry);
        }
        at = page.next();
        boolean idle = page.entries().isEmpty() && page.end();
        if (!page.entries().isEmpty() || clock.monotonicNs() - wroteNs > SIGN_OF_LIFE_NS) {
          out.write(ALIVE);
          out.flush();
          wroteNs = clock.monotonicNs();
        }
        if (idle) {
          LockSupport.parkNanos(this, LOOK_NS);
        }
        page = streams.read(asked.tenant, asked.type, at, asked.limit);
        if (!page.missing().isEmpty()) {
          return; // the caller comes again, and is told
        }
      }
    }
  }

  private static void write(OutputStream out, Streams.Entry entry) throws IOException {
    String head = "id: " + entry.position().text() + "\ndata: ";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(StreamDocuments.event(entry));
    out.write('\n');
    out.write('\n');
  }
}

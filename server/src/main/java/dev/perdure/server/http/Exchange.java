package dev.perdure.server.http;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpPrologue;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** One request and its answer. Belongs to the request's thread. */
public final class Exchange {

  /** The type of every success. */
  public static final Header JSON = HeaderValues.CONTENT_TYPE_JSON;

  private static final Header PROBLEM =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/problem+json");
  private static final Header NO_STORE =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");
  private static final byte[] NOTHING = {};
  private static final long SMALL_BYTES = 4 << 10;
  private static final long UNREAD_BYTES_MAX = 1 << 20;

  private final ServerRequest request;
  private final ServerResponse response;
  private final HttpPrologue prologue;
  private final ServerRequestHeaders headers;
  private final PeerWatch watch;
  private final HttpSettings settings;
  private final BodyBudget budget;
  private final Trace trace;
  private final HttpDoor door;
  private final long beganNs;
  private String route = "unmatched";
  private @Nullable String operationId;
  private boolean forwarded;
  private IntConsumer answered = code -> {};
  private int status;
  private boolean closing;
  private boolean bodyRead;
  private @Nullable CountedBody in;
  private long reservedBytes;
  private byte @Nullable [] whole;

  Exchange(ServerRequest request, ServerResponse response, PeerWatch watch, HttpDoor door) {
    this.door = door;
    this.beganNs = door.nowNs();
    this.request = request;
    this.response = response;
    this.prologue = request.prologue();
    this.headers = request.headers();
    this.watch = watch;
    this.settings = door.settings();
    this.closing = door.draining();
    this.budget = door.budget();
    this.trace = door.trace(headers);
  }

  /** How long ago its headers were there: since then its caller's time runs. */
  public long elapsedNs() {
    return door.nowNs() - beganNs;
  }

  public String method() {
    return prologue.method().text();
  }

  /** As it was sent: percent-encoded, without the query. */
  public String rawPath() {
    return prologue.uriPath().rawPath();
  }

  /** As it was sent; empty if there is none. */
  public String rawQuery() {
    return prologue.hasQuery() ? prologue.query().rawValue() : "";
  }

  public Trace trace() {
    return trace;
  }

  /** The route's template, for metrics; few of them exist. */
  public String route() {
    return route;
  }

  public void route(String template) {
    this.route = template;
  }

  /** The caller's operation id once it is known to be one; null before, and if there is none. */
  public @Nullable String operationId() {
    return operationId;
  }

  public void operationId(@Nullable String id) {
    this.operationId = id;
  }

  /** True if another node was asked for the answer. */
  public boolean forwarded() {
    return forwarded;
  }

  /** Another node was asked for the answer. */
  public void markForwarded() {
    forwarded = true;
  }

  /** The status that was sent; 0 before. */
  public int status() {
    return status;
  }

  /** A header that may be sent once; null if it is absent. */
  public @Nullable String header(HeaderName name) {
    if (!headers.contains(name)) {
      return null;
    }
    Header header = headers.get(name);
    if (header.valueCount() > 1) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST,
          "header " + name.defaultCase() + " was sent " + header.valueCount() + " times");
    }
    return header.get();
  }

  int headerCount() {
    return headers.size();
  }

  boolean http2() {
    return prologue.protocolVersion().startsWith("2");
  }

  /** True if the caller waits to be told to send its body. */
  private boolean expectsContinue() {
    return headers.containsToken(HeaderValues.EXPECT_100);
  }

  /** The declared length; -1 if it is not known before the end. */
  private long declaredLength() {
    return headers.contentLength().orElse(headers.contains(HeaderNames.TRANSFER_ENCODING) ? -1 : 0);
  }

  /** True if there is a body, as far as the headers tell. */
  public boolean hasBody() {
    return request.content().hasEntity();
  }

  /**
   * The whole body.
   *
   * @throws ProblemException {@code body-too-large}, before reading if the length is declared
   */
  public byte[] body() throws IOException {
    if (whole != null) {
      return whole;
    }
    if (!request.content().hasEntity()) {
      return NOTHING;
    }
    int max = settings.bodyBytesMax();
    long declared = http2() ? headers.contentLength().orElse(-1) : declaredLength();
    if (declared > max) {
      throw tooLarge("the body is " + declared + " bytes long; " + max + " are allowed");
    }
    reserve(declared >= 0 ? declared : max);
    CountedBody content = countedBody();
    if (declared >= 0) {
      byte[] body = content.readNBytes((int) declared);
      if (body.length < declared) {
        throw new ProblemException(
            ProblemCode.MALFORMED_REQUEST,
            "the body ended after " + body.length + " of " + declared + " bytes");
      }
      bodyRead = true;
      if (!http2()) {
        // Else the library would drain it anew, through a buffer of its own for every request.
        content.end();
      }
      return body;
    }
    byte[] body = content.readNBytes(max + 1);
    if (body.length > max) {
      throw tooLarge("the body is longer than the " + max + " bytes that are allowed");
    }
    return body;
  }

  /** Waits until the whole body is in memory; {@link #body} gives it then. */
  public void awaitBody() throws IOException {
    if (whole == null) {
      whole = body();
    }
  }

  /** Takes a small body off the connection: that costs less than when the library drains it. */
  public void discardSmallBody() throws IOException {
    long declared = declaredLength();
    if (!http2() && !bodyRead && declared > 0 && declared <= SMALL_BYTES && !expectsContinue()) {
      awaitBody();
    }
  }

  private void reserve(long bytes) {
    if (!budget.reserve(bytes)) {
      throw new ProblemException(
          ProblemCode.OVERLOADED, "too many bytes of request bodies are in memory already");
    }
    reservedBytes = bytes;
  }

  void releaseBody() {
    budget.release(reservedBytes);
    reservedBytes = 0;
  }

  private static ProblemException tooLarge(String detail) {
    return new ProblemException(ProblemCode.BODY_TOO_LARGE, detail);
  }

  /** How long the body is, as announced; the longest that is read if it is not. */
  public long bodyBytes() {
    boolean unknown = http2() && hasBody();
    long declared = unknown ? headers.contentLength().orElse(-1) : declaredLength();
    return declared >= 0 ? declared : settings.bodyBytesMax();
  }

  /** The longest body that is read as a whole. */
  public int bodyBytesMax() {
    return settings.bodyBytesMax();
  }

  /** The next read of a streamed body may take as long as a whole request again. */
  public void progress() {
    watch.progress();
  }

  /** The body as it arrives. */
  public InputStream bodyStream() {
    return countedBody();
  }

  private CountedBody countedBody() {
    if (in == null) {
      InputStream body =
          request.content().hasEntity()
              ? request.content().inputStream()
              : InputStream.nullInputStream();
      in = new CountedBody(body, watch);
    }
    return in;
  }

  /** Adds a header to the response. */
  public Exchange header(Header header) {
    response.header(header);
    return this;
  }

  /** Sends a response with its length, in one write. */
  public void send(int code, Header contentType, byte[] body) {
    answers(code);
    response.status(Status.create(code));
    response.header(contentType);
    settleUnread();
    if (prologue.method().text().equals("HEAD")) {
      response.headers().contentLength(body.length);
      response.send(NOTHING);
    } else {
      response.send(body);
    }
  }

  /** Sends a response without a body. */
  public void send(int code) {
    answers(code);
    response.status(Status.create(code));
    settleUnread();
    response.send(NOTHING);
  }

  /**
   * Has somebody told the status when there is an answer, before any of it is written: who reads
   * slowly has been served by then.
   */
  public void whenAnswered(IntConsumer told) {
    answered = told;
  }

  private void answers(int code) {
    status = code;
    answered.accept(code);
  }

  /** Begins a response of unknown length; the caller closes the stream. */
  public OutputStream stream(int code, Header contentType) {
    answers(code);
    watch.answering();
    if (closing && !http2()) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    response.status(Status.create(code));
    response.header(contentType);
    return response.outputStream();
  }

  /** Sends a problem. */
  public void send(Problem problem) {
    if (problem.retryAfterSeconds() > 0) {
      response.header(HeaderNames.RETRY_AFTER, Long.toString(problem.retryAfterSeconds()));
    }
    response.header(NO_STORE);
    if (problem.status() == 408) {
      closing = true;
    }
    send(problem.status(), PROBLEM, problem.json(trace.id()));
  }

  boolean sent() {
    return status != 0;
  }

  /** True if the connection ends with this exchange. */
  boolean closing() {
    return closing
        || (headers.contains(HeaderNames.CONNECTION)
            && headers.containsToken(HeaderValues.CONNECTION_CLOSE));
  }

  /**
   * Reads away a little of what still comes, so that the peer sees the answer and not a reset
   * connection (RFC 9112, 9.6).
   */
  void lingers() {
    if (bodyRead || !request.content().hasEntity() || request.content().consumed()) {
      return;
    }
    if (expectsContinue() && !request.continueSent()) {
      return;
    }
    byte[] waste = new byte[8192];
    long left = UNREAD_BYTES_MAX;
    try {
      InputStream rest = bodyStream();
      int read = rest.read(waste);
      while (read > 0 && left > 0) {
        left -= read;
        read = rest.read(waste);
      }
    } catch (IOException | RuntimeException e) {
      // It does not come any more, or nobody can tell what it is: the connection ends either way.
    }
  }

  /**
   * A body nobody read stands in the way of the next request: a short one is read away, behind a
   * long one the connection is closed.
   */
  private void settleUnread() {
    watch.answering();
    if (http2()) {
      return;
    }
    closing |= in != null && in.broken();
    if (closing) {
      response.header(HeaderValues.CONNECTION_CLOSE);
      return;
    }
    if (bodyRead || !request.content().hasEntity() || request.content().consumed()) {
      return;
    }
    long declared = declaredLength();
    boolean promised = expectsContinue() && !request.continueSent();
    if (promised || declared < 0 || declared > UNREAD_BYTES_MAX) {
      closing = true;
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
  }
}

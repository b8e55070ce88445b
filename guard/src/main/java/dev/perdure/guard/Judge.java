package dev.perdure.guard;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tells failures of a dependency from everything else. Must not block or throw. */
public interface Judge {

  /** What the call gave. */
  Verdict value(@Nullable Object value);

  /**
   * What the call threw; never an {@link Error}, which is no verdict on anybody. Null if it says
   * nothing of the dependency, neither good nor bad.
   */
  @Nullable Verdict thrown(Throwable thrown);

  /** Knows exceptions of the JDK and HTTP responses; any other exception is a failure. */
  static Judge standard() {
    return Standard.INSTANCE;
  }

  /** The standard judge. */
  enum Standard implements Judge {
    /** The only one. */
    INSTANCE;

    @Override
    public Verdict value(@Nullable Object value) {
      return value instanceof HttpResponse<?> response
          ? Verdict.status(response.statusCode())
          : Verdict.OK;
    }

    @Override
    public Verdict thrown(Throwable thrown) {
      return switch (thrown) {
        case ConnectException e -> Verdict.CONNECT;
        case HttpConnectTimeoutException e -> Verdict.CONNECT;
        case UnknownHostException e -> Verdict.CONNECT;
        case NoRouteToHostException e -> Verdict.CONNECT;
        case SocketTimeoutException e -> Verdict.TIMEOUT;
        case HttpTimeoutException e -> Verdict.TIMEOUT;
        case TimeoutException e -> Verdict.TIMEOUT;
        case IOException e -> Verdict.IO;
        default -> Verdict.ERROR;
      };
    }
  }
}

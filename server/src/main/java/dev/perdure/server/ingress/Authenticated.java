package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.server.config.TenantName;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/**
 * A request whose sender is known. Only {@link Identity} makes one.
 *
 * <p>Its constructor is private: neither a handler nor a test can vouch for a request itself.
 */
final class Authenticated {

  private static final HeaderName TENANT = HeaderNames.create("Perdure-Tenant");

  private final Request request;
  private final String principal;
  private final String tenant;

  private Authenticated(Request request, String principal, String tenant) {
    this.request = request;
    this.principal = principal;
    this.tenant = tenant;
  }

  Request request() {
    return request;
  }

  /** Who asks; recorded with what the command changes. */
  String principal() {
    return principal;
  }

  String tenant() {
    return tenant;
  }

  /** Decides who a request comes from. */
  sealed interface Identity {

    /**
     * Vouches for a request.
     *
     * @throws ProblemException if nobody can
     */
    Authenticated authenticate(Request request);
  }

  /**
   * Identity while none is configured: everybody is the one development principal and names the
   * tenant freely. The listener is bound to loopback only.
   */
  static final class Development implements Identity {

    /** The principal of everybody. */
    static final String PRINCIPAL = "development";

    private final String defaultTenant;

    Development(String defaultTenant) {
      this.defaultTenant = defaultTenant;
    }

    @Override
    public Authenticated authenticate(Request request) {
      return new Authenticated(request, PRINCIPAL, tenantOf(request, null, defaultTenant));
    }
  }

  /**
   * Identity on the admin port while none is configured: whoever reaches it operates the node. The
   * tenant is that of {@code ?tenant=} or of the header.
   */
  static final class Operator implements Identity {

    /** The principal of everybody there. */
    static final String PRINCIPAL = "operator";

    private final String defaultTenant;

    Operator(String defaultTenant) {
      this.defaultTenant = defaultTenant;
    }

    @Override
    public Authenticated authenticate(Request request) {
      @Nullable String asked = new Query(request.exchange().rawQuery()).text("tenant");
      return new Authenticated(request, PRINCIPAL, tenantOf(request, asked, defaultTenant));
    }
  }

  private static String tenantOf(Request request, @Nullable String asked, String otherwise) {
    String tenant = asked == null ? request.exchange().header(TENANT) : asked;
    if (tenant == null) {
      return otherwise;
    }
    if (!TenantName.valid(tenant)) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST,
          (asked == null ? "header Perdure-Tenant" : "query parameter tenant")
              + " must be "
              + TenantName.ALLOWED);
    }
    return tenant;
  }
}

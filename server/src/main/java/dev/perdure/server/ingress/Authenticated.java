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

    private static final HeaderName TENANT = HeaderNames.create("Perdure-Tenant");

    private final String defaultTenant;

    Development(String defaultTenant) {
      this.defaultTenant = defaultTenant;
    }

    @Override
    public Authenticated authenticate(Request request) {
      @Nullable String tenant = request.exchange().header(TENANT);
      if (tenant == null) {
        return new Authenticated(request, PRINCIPAL, defaultTenant);
      }
      if (!TenantName.valid(tenant)) {
        throw new ProblemException(
            ProblemCode.MALFORMED_REQUEST, "header Perdure-Tenant must be " + TenantName.ALLOWED);
      }
      return new Authenticated(request, PRINCIPAL, tenant);
    }
  }
}

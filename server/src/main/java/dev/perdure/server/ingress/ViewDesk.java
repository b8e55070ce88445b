package dev.perdure.server.ingress;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Views;
import dev.perdure.runtime.type.ViewModel;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.HttpHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Views on the admin port: how far they are, and having one made anew. {@code GET /admin/v1/views},
 * {@code GET /admin/v1/views/{view}} and {@code POST /admin/v1/views/{view}/rebuild}.
 */
public final class ViewDesk implements HttpHandler {

  /** Where it begins. */
  public static final String PATH = Route.VIEWS.template();

  private final Views views;
  private final Authenticated.Identity identity;
  private final Admitted.Admission admission;

  public ViewDesk(Views views, Clock clock, Api.Settings settings) {
    this.views = views;
    this.identity = new Authenticated.Operator(settings.defaultTenant());
    this.admission = new Admitted.Admission(clock, settings.timeout(), settings.timeoutMax());
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    Route.@Nullable Target target = Route.findViewDesk(exchange.rawPath());
    if (target == null) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_ROUTE,
          "GET %s, GET %s and POST %s are served"
              .formatted(PATH, Route.VIEW_STANDING.template(), Route.VIEW_REBUILD.template()));
    }
    exchange.route(target.route().template());
    if (!target.route().allows(exchange.method())) {
      Api.refuseMethod(exchange, target.route());
      return;
    }
    Admitted admitted = admission.admit(identity.authenticate(new Request(exchange, target)));
    if (target.route() == Route.VIEWS) {
      List<Views.Standing> all = new ArrayList<>();
      for (ViewModel model : views.models()) {
        all.add(standing(model.name()));
      }
      exchange.send(200, Exchange.JSON, ViewDocuments.views(all));
      return;
    }
    String name = Percent.decode(admitted.request().target().id(), "the view");
    if (target.route() == Route.VIEW_REBUILD) {
      var _ = JsonBody.object(JsonBody.of(exchange), Set.of());
      views.rebuild(name);
    }
    exchange.send(200, Exchange.JSON, ViewDocuments.view(standing(name)));
  }

  private Views.Standing standing(String name) {
    Views.Standing standing = views.standing(name);
    if (standing == null) {
      throw new ProblemException(ProblemCode.UNKNOWN_TYPE, "no view '" + Text.shown(name) + "'");
    }
    return standing;
  }
}

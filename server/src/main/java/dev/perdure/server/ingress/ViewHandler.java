package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Views;
import dev.perdure.runtime.Views.Answer;
import dev.perdure.runtime.Views.Comparison;
import dev.perdure.runtime.Views.Filter;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StreamPosition;
import dev.perdure.runtime.type.ViewModel;
import dev.perdure.server.http.Exchange;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/views/{view}}: rows of a view, by field, range and page. */
final class ViewHandler {

  private static final HeaderName POSITION = HeaderNames.create("Perdure-Position");
  private static final Set<String> OWN = Set.of("limit", "order", "page", "after", "covers");
  private static final int LIMIT_DEFAULT = 100;
  private static final int FILTERS_MAX = 16;

  private final Views views;
  private final int bytesMax;

  ViewHandler(Views views, Api.Settings settings) {
    this.views = views;
    this.bytesMax = settings.eventBytesMax();
  }

  void handle(Admitted admitted) {
    Exchange exchange = admitted.request().exchange();
    String name = Percent.decode(admitted.request().target().type(), "the view");
    ViewModel model = model(name);
    Query query = new Query(exchange.rawQuery());
    int limit = (int) query.number("limit", 1, Views.ROWS_MAX, LIMIT_DEFAULT);
    Views.Bound bound =
        new Views.Bound(
            after(query.text("after")), covered(query.text("covers"), model, admitted.tenant()));
    Answer answer =
        views.query(
            new Views.Query(
                name,
                admitted.tenant(),
                filters(query),
                query.text("order"),
                query.text("page"),
                new Views.Extent(limit, bytesMax),
                bound),
            admitted.context());
    switch (answer) {
      case Answer.Failed failed -> Answers.send(exchange, failed.problem(), null);
      case Answer.Rows rows -> {
        exchange.header(HeaderValues.create(POSITION, rows.position().text()));
        exchange.send(200, Exchange.JSON, ViewDocuments.rows(name, rows));
      }
    }
  }

  private ViewModel model(String name) {
    for (ViewModel model : views.models()) {
      if (model.name().equals(name)) {
        return model;
      }
    }
    String known = views.models().stream().map(ViewModel::name).collect(Collectors.joining(", "));
    throw new ProblemException(
        ProblemCode.UNKNOWN_TYPE,
        "no view '%s'; there is %s".formatted(Text.shown(name), known.isEmpty() ? "none" : known));
  }

  /** Everything but our own names is a field: what is misspelt must not give all rows. */
  private static List<Filter> filters(Query query) {
    List<Filter> filters = new ArrayList<>();
    for (String name : query.names()) {
      if (!OWN.contains(name)) {
        filters.add(filter(name, String.valueOf(query.text(name))));
      }
    }
    if (filters.size() > FILTERS_MAX) {
      throw malformed(filters.size() + " fields are compared; " + FILTERS_MAX + " may be");
    }
    return filters;
  }

  private static Filter filter(String name, String value) {
    int dot = name.lastIndexOf('.');
    if (dot < 0) {
      return new Filter(name, Comparison.EQ, value);
    }
    String field = name.substring(0, dot);
    return switch (name.substring(dot + 1).toLowerCase(Locale.ROOT)) {
      case "lt" -> new Filter(field, Comparison.LT, value);
      case "le" -> new Filter(field, Comparison.LE, value);
      case "gt" -> new Filter(field, Comparison.GT, value);
      case "ge" -> new Filter(field, Comparison.GE, value);
      case "null" -> {
        if (!value.equals("true")) {
          throw malformed("query parameter " + Text.shown(name) + " can only be 'true'");
        }
        yield new Filter(field, Comparison.NULL, "");
      }
      default ->
          throw malformed(
              "a field is compared by .lt, .le, .gt, .ge, .null, or by its name alone, not by '%s'"
                  .formatted(Text.shown(name)));
    };
  }

  private static StreamPosition after(@Nullable String text) {
    try {
      return text == null ? StreamPosition.START : StreamPosition.of(text);
    } catch (IllegalArgumentException e) {
      throw malformed(
          "'%s' is no position; give back one that a view, a stream or an event had"
              .formatted(Text.shown(text)));
    }
  }

  /** {@code type/id/version}; an id may hold slashes. */
  private static Views.@Nullable Covered covered(
      @Nullable String text, ViewModel model, String tenant) {
    if (text == null) {
      return null;
    }
    int first = text.indexOf('/');
    int last = text.lastIndexOf('/');
    try {
      if (first > 0 && last > first) {
        String type = text.substring(0, first);
        if (!type.equals(model.entity().name()) && !model.entity().aliases().contains(type)) {
          throw malformed(
              "the view is of '%s', and covers no '%s'"
                  .formatted(model.entity().name(), Text.shown(type)));
        }
        long version = Long.parseLong(text.substring(last + 1));
        String id = text.substring(first + 1, last);
        return new Views.Covered(new EntityAddress(tenant, model.entity().name(), id), version);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw malformed(
        "covers is type/id/version, such as account/anna/17, not '%s'".formatted(Text.shown(text)));
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, detail);
  }
}

package dev.perdure.server.ingress;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.guard.policy.Reason;
import dev.perdure.runtime.mode.Capabilities;
import dev.perdure.runtime.mode.Modes;
import dev.perdure.runtime.mode.Outside;
import dev.perdure.runtime.watch.Act;
import dev.perdure.runtime.watch.Watch;
import dev.perdure.server.anomaly.Action;
import dev.perdure.server.anomaly.Anomalies;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The mode of a node, its capabilities, its dependencies and what it notices of itself, as JSON.
 *
 * @param anomalies null if nobody looks for them
 */
record ModeDocuments(Modes modes, Watch watch, @Nullable Anomalies anomalies) {

  private static final JsonFactory JSON = JsonFactory.builder().build();
  private static final long MICROS = 1_000_000;

  byte[] all() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(2_048);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      Modes.State state = modes.state();
      json.writeStartObject();
      json.writeStringProperty("mode", state.mode().text());
      json.writeStringProperty("why", state.why());
      json.writeStringProperty("since", time(state.sinceMicros()));
      json.writeBooleanProperty("forced", state.forced());
      json.writeArrayPropertyStart("capabilities");
      modes.capabilities().all().forEach(one -> capability(json, one));
      json.writeEndArray();
      json.writeArrayPropertyStart("dependencies");
      modes.outside().views().forEach(one -> dependency(json, one));
      json.writeEndArray();
      json.writeBooleanProperty("acts", watch.bounds().acts());
      json.writeArrayPropertyStart("signs");
      watch.views().forEach(one -> sign(json, one));
      json.writeEndArray();
      if (anomalies != null) {
        anomaly(json, anomalies);
      }
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void sign(JsonGenerator json, Watch.View view) {
    json.writeStartObject();
    json.writeStringProperty("name", view.sign().text());
    json.writeBooleanProperty("stands", view.stands());
    json.writeNumberProperty("severity", Math.round(view.severity() * 1_000) / 1e3);
    json.writeStringProperty("evidence", view.evidence());
    names(json, "acts", view.sign().acts().stream().map(Act::text).toList());
    if (view.sinceMicros() > 0) {
      json.writeStringProperty("since", time(view.sinceMicros()));
    }
    json.writeNumberProperty("raised", view.raised());
    json.writeEndObject();
  }

  private static void anomaly(JsonGenerator json, Anomalies anomalies) {
    Anomalies.View view = anomalies.view();
    json.writeObjectPropertyStart("anomaly");
    json.writeBooleanProperty("stands", view.stands());
    json.writeNumberProperty("score", Math.round(view.last().score() * 1_000) / 1e3);
    json.writeNumberProperty("threshold", Math.round(view.last().threshold() * 1_000) / 1e3);
    json.writeStringProperty("evidence", view.evidence());
    names(json, "acting", anomalies.acting().stream().map(Action::text).toList());
    if (view.sinceMicros() > 0) {
      json.writeStringProperty("since", time(view.sinceMicros()));
    }
    json.writeNumberProperty("raised", view.raised());
    json.writeNumberProperty("samples", view.samples());
    json.writeEndObject();
  }

  private static String time(long micros) {
    return Instant.ofEpochSecond(micros / MICROS, micros % MICROS * 1000).toString();
  }

  private static void capability(JsonGenerator json, Capabilities.View view) {
    Capability declared = view.capability();
    json.writeStartObject();
    json.writeStringProperty("name", declared.name());
    json.writeStringProperty("criticality", declared.criticality().name().toLowerCase(Locale.ROOT));
    names(json, "needs", declared.needs());
    names(json, "covers", declared.covers());
    json.writeStringProperty("degraded_form", form(declared.degraded()));
    json.writeBooleanProperty("degraded", view.degraded());
    json.writeStringProperty("why", view.why());
    json.writeBooleanProperty("forced", view.forced());
    if (view.sinceMicros() > 0) {
      json.writeStringProperty("since", time(view.sinceMicros()));
    }
    json.writeNumberProperty("waiting", view.waiting());
    json.writeEndObject();
  }

  private static void names(JsonGenerator json, String field, List<String> names) {
    json.writeArrayPropertyStart(field);
    names.forEach(json::writeString);
    json.writeEndArray();
  }

  /** In words. */
  static String form(Degraded degraded) {
    return switch (degraded) {
      case Degraded.Waits ignored -> "waits";
      case Degraded.Stale stale -> "answers of up to " + seconds(stale.ageMax()) + " ago";
      case Degraded.Answer ignored -> "a fixed answer";
      case Degraded.Disabled off -> "disabled: " + off.reason();
      case Degraded.Later later ->
          "done later: up to " + later.waitingMax() + " wait, for up to " + seconds(later.ageMax());
    };
  }

  private static String seconds(java.time.Duration duration) {
    return duration.toSeconds() + " s";
  }

  private static void dependency(JsonGenerator json, Outside.View view) {
    json.writeStartObject();
    json.writeStringProperty("name", view.name());
    json.writeStringProperty("breaker", view.standing());
    json.writeStringProperty("missing", view.missing());
    json.writeNumberProperty("under_way", view.underWay());
    json.writeNumberProperty("limit", view.limit());
    json.writeNumberProperty("calls", view.counts().calls());
    json.writeNumberProperty("failed", view.counts().failed());
    json.writeNumberProperty("timed_out", view.counts().timedOut());
    json.writeObjectPropertyStart("refused");
    for (Map.Entry<Reason, Long> one : view.counts().refused().entrySet()) {
      if (one.getValue() > 0) {
        json.writeNumberProperty(
            one.getKey().name().toLowerCase(Locale.ROOT), one.getValue().longValue());
      }
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}

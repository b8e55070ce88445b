package dev.perdure.guard;

import org.jspecify.annotations.Nullable;

/** Takes numbers for HTTP statuses. */
enum StatusJudge implements Judge {
  /** The only one. */
  INSTANCE;

  @Override
  public Verdict value(@Nullable Object value) {
    return value instanceof Integer status ? Verdict.status(status) : Verdict.OK;
  }

  @Override
  public @Nullable Verdict thrown(Throwable thrown) {
    return Judge.standard().thrown(thrown);
  }
}

package dev.perdure.lab.powercut;

/** Examines one crash image, usually by recovering from it. It may change the image. */
@FunctionalInterface
public interface ImageCheck {

  /**
   * Returns if the image recovers with everything that {@link CrashImage#marks} promises.
   *
   * @throws Exception or an {@link AssertionError}, saying what is missing
   */
  void check(CrashImage image) throws Exception;
}

package dev.perdure.cli.overload;

/**
 * One request.
 *
 * @param number distinguishes it from all others of the run; its operation id is made of it
 * @param dueNs when it should have been sent
 */
record Shot(long number, int account, long dueNs) {

  String operationId() {
    return "o%015d".formatted(number);
  }
}

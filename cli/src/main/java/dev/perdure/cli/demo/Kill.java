package dev.perdure.cli.demo;

/**
 * One kill and what came after it.
 *
 * @param answersBefore final answers up to it
 * @param inFlight commands whose answer was being waited for
 * @param readyMs from the kill to the node saying that a write would succeed
 * @param firstReplyMs from the kill to the first reply of the new process
 */
record Kill(int number, long answersBefore, long inFlight, long readyMs, long firstReplyMs) {}

package dev.perdure.lab.powercut;

/**
 * Something that the process or the harness said had happened, such as "acked 17".
 *
 * @param sequence its place among everything recorded
 */
public record Mark(long sequence, String text) {}

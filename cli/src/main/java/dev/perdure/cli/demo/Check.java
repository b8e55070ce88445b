package dev.perdure.cli.demo;

/** One statement that was checked, and what was found. */
public record Check(String statement, boolean held, String found) {}

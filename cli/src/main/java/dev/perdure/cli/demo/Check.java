package dev.perdure.cli.demo;

/** One statement that was checked, and what was found. */
record Check(String statement, boolean held, String found) {}

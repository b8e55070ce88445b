package dev.perdure.example.cascade;

/** One statement that was checked, and what was found. */
record Check(String statement, boolean held, String found) {}

package dev.perdure.example.loans.replay;

/** Something that has to hold, and what was found. */
public record Check(String statement, boolean held, String found) {}

package dev.perdure.journal;

/**
 * What a replica has promised in elections: in this term it stands by this node.
 *
 * @param term the newest term it knows
 * @param node whom it voted for in that term, or whom it knows to lead it
 */
public record Vote(long term, String node) {}

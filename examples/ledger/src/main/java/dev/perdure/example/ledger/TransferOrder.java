package dev.perdure.example.ledger;

/**
 * A transfer as others are told of it.
 *
 * @param transfer its id
 * @param currency that of the paying account
 */
public record TransferOrder(String transfer, TransferInput input, String currency) {}

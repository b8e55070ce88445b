/** A bank ledger: the service that Perdure brings along. */
@NullMarked
package dev.perdure.example.ledger;

import org.jspecify.annotations.NullMarked;

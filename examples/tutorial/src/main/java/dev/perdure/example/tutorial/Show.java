package dev.perdure.example.tutorial;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;

/** The seats of one show. */
// docs: entity
@Named("show")
public final class Show implements Entity<Show.State, Show.Book, Show.Booked> {

  public record State(long free) {}

  public record Book(long seats) {}

  @Named("booked")
  public record Booked(long seats) {}

  @Override
  public State initial() {
    return new State(100);
  }

  @Override
  public Decision<Booked> decide(State show, Book book, Operation operation) {
    return book.seats() < 1 || book.seats() > show.free()
        ? Decision.reject("not-available", show.free() + " seats are free")
        : Decision.accept(new Booked(book.seats()), new State(show.free() - book.seats()));
  }

  @Override
  public State evolve(State show, Booked booked) {
    return new State(show.free() - booked.seats());
  }
}
// docs: end

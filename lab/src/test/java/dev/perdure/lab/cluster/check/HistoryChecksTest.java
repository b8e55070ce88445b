package dev.perdure.lab.cluster.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.lab.cluster.check.AccountFacts.Event;
import dev.perdure.lab.cluster.load.Operation;
import dev.perdure.lab.cluster.load.Operation.Kind;
import dev.perdure.lab.cluster.load.Recorded;
import dev.perdure.lab.cluster.load.Result;
import dev.perdure.lab.cluster.load.Result.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A history that is right, and every error planted into it. */
class HistoryChecksTest {

  private static final String LOST = "what was acknowledged is there";
  private static final String TWICE = "nothing is there twice";
  private static final String REFUSED = "nothing is there that was refused";
  private static final String ALTERED = "all is there as it was asked for and answered";
  private static final String ORDER = "the answers about each account fit one order";
  private static final String MONEY = "money is conserved";
  private static final String ANSWERED = "with the faults over, every operation is answered";
  private static final String CONTRACT = "every answer is one that the contract names";

  private final List<Recorded> history = new ArrayList<>();
  private final Map<String, AccountFacts> ledger = new HashMap<>();
  private long clock;

  /** a gets 100 and gives 30 to b; a refuses 500; reads before, between and after. */
  private void rightHistory() {
    read("a", 0, 0);
    add(deposit("k1", "a", 100), done(2, 100));
    read("a", 2, 100);
    add(withdrawal("k2", "a", 500), rejected("insufficient-funds", 2));
    add(new Operation("k3", "a", Kind.WITHDRAW, 30, true), done(3, 70));
    add(new Operation("k3-to", "b", Kind.DEPOSIT, 30, true), done(2, 30));
    add(deposit("k4", "a", 1), Result.notExecuted("no-leader"));
    read("a", 3, 70);
    ledger.put(
        "a",
        new AccountFacts(
            3,
            70,
            List.of(
                new Event(1, "opened", "k1", 0),
                new Event(2, "deposited", "k1", 100),
                new Event(3, "withdrawn", "k3", 30))));
    ledger.put(
        "b",
        new AccountFacts(
            2,
            30,
            List.of(new Event(1, "opened", "k3-to", 0), new Event(2, "deposited", "k3-to", 30))));
  }

  private static Result done(long version, long balance) {
    return new Result(Status.DONE, version, balance, "", false);
  }

  private static Result rejected(String code, long version) {
    return new Result(Status.REJECTED, version, 0, code, false);
  }

  private void read(String account, long version, long balance) {
    add(new Operation("r" + clock, account, Kind.READ, 0, false), done(version, balance));
  }

  private static Operation deposit(String id, String account, long amount) {
    return new Operation(id, account, Kind.DEPOSIT, amount, false);
  }

  private static Operation withdrawal(String id, String account, long amount) {
    return new Operation(id, account, Kind.WITHDRAW, amount, false);
  }

  /** One after the other, each taking ten. */
  private void add(Operation operation, Result result) {
    clock += 20;
    history.add(new Recorded(operation, 1, clock, clock + 10, result));
  }

  private Recorded find(String id) {
    return history.stream().filter(one -> one.operation().id().equals(id)).findFirst().get();
  }

  private void replace(String id, Result result) {
    Recorded old = find(id);
    history.set(
        history.indexOf(old),
        new Recorded(old.operation(), old.client(), old.calledNs(), old.returnedNs(), result));
  }

  private void addEvent(String account, Event event) {
    AccountFacts facts = ledger.get(account);
    List<Event> events = new ArrayList<>(facts.events());
    events.add(event);
    long balance = events.stream().mapToLong(Event::effect).sum();
    ledger.put(account, new AccountFacts(event.version(), balance, events));
  }

  private void removeEvents(String account, String operation) {
    List<Event> events = new ArrayList<>(ledger.get(account).events());
    events.removeIf(event -> event.operation().equals(operation));
    long balance = events.stream().mapToLong(Event::effect).sum();
    ledger.put(account, new AccountFacts(events.size(), balance, events));
  }

  private List<String> broken() {
    return new HistoryChecks(history, ledger)
        .all().stream().filter(check -> !check.held()).map(Check::statement).toList();
  }

  @Test
  void holdsForWhatIsRight() {
    rightHistory();
    assertThat(broken()).isEmpty();
  }

  @Test
  void anAcknowledgedWriteThatIsMissingIsLost() {
    rightHistory();
    removeEvents("a", "k3");
    assertThat(broken()).containsExactlyInAnyOrder(LOST, MONEY);
  }

  @Test
  void aWriteThatIsThereTwiceIsDoubled() {
    rightHistory();
    addEvent("a", new Event(4, "withdrawn", "k3", 30));
    assertThat(broken()).containsExactlyInAnyOrder(TWICE, MONEY);
  }

  @Test
  void anEffectOfWhatWasRefusedIsFound() {
    rightHistory();
    addEvent("a", new Event(4, "deposited", "k4", 1));
    assertThat(broken()).containsExactlyInAnyOrder(REFUSED, MONEY);
  }

  @Test
  void anEffectOfWhatTheAccountRejectedIsFound() {
    rightHistory();
    addEvent("a", new Event(4, "withdrawn", "k2", 500));
    assertThat(broken()).contains(REFUSED);
  }

  @Test
  void anEffectThatNobodyAskedForIsFound() {
    rightHistory();
    addEvent("b", new Event(3, "deposited", "stranger", 5));
    assertThat(broken()).containsExactlyInAnyOrder(REFUSED, MONEY);
  }

  @Test
  void anEffectOnTheWrongAccountIsFound() {
    rightHistory();
    removeEvents("b", "k3-to");
    addEvent("a", new Event(4, "deposited", "k3-to", 30));
    assertThat(broken()).contains(LOST, REFUSED).doesNotContain(MONEY);
  }

  @Test
  void anotherAmountOrVersionIsFound() {
    rightHistory();
    removeEvents("b", "k3-to");
    addEvent("b", new Event(1, "opened", "k3-to", 0));
    addEvent("b", new Event(2, "deposited", "k3-to", 31));
    assertThat(broken()).containsExactlyInAnyOrder(ALTERED, MONEY);
    removeEvents("b", "k3-to");
    addEvent("b", new Event(3, "deposited", "k3-to", 30));
    assertThat(broken()).containsExactly(ALTERED);
  }

  @Test
  void aStaleReadFitsNoOrder() {
    rightHistory();
    read("a", 2, 100);
    assertThat(broken()).containsExactly(ORDER);
  }

  @Test
  void aReadThatRunsBesideAWriteMaySeeEither() {
    rightHistory();
    Recorded write = find("k3");
    for (Result seen : List.of(done(2, 100), done(3, 70))) {
      history.add(
          new Recorded(
              new Operation("beside", "a", Kind.READ, 0, false),
              2,
              write.calledNs() - 1,
              write.returnedNs() + 1,
              seen));
    }
    assertThat(broken()).isEmpty();
  }

  @Test
  void aRejectionThatWasNotDueFitsNoOrder() {
    rightHistory();
    replace("k2", rejected("account-not-open", 2));
    assertThat(broken()).containsExactly(ORDER);
  }

  @Test
  void aReplyWithAnotherBalanceFitsNoOrder() {
    rightHistory();
    replace("k1", done(2, 101));
    assertThat(broken()).containsExactly(ORDER);
  }

  @Test
  void lostMoneyIsFound() {
    rightHistory();
    // Half of a transfer that was never made, although the other half was.
    removeEvents("b", "k3-to");
    history.remove(find("k3-to"));
    assertThat(broken()).containsExactly(MONEY);
  }

  @Test
  void aBalanceThatIsNotTheSumOfItsEventsIsFound() {
    rightHistory();
    AccountFacts b = ledger.get("b");
    ledger.put("b", new AccountFacts(b.version(), b.balance() + 1, b.events()));
    assertThat(broken()).containsExactly(MONEY);
  }

  @Test
  void anOperationWithoutAnAnswerIsAFailureWhateverBecameOfIt() {
    rightHistory();
    Recorded k3 = find("k3");
    history.set(
        history.indexOf(k3),
        new Recorded(
            k3.operation(), 1, k3.calledNs(), Long.MAX_VALUE, Result.unknown("no answer")));
    assertThat(broken()).containsExactly(ANSWERED);
  }

  @Test
  void anAnswerThatTheContractDoesNotNameIsFound() {
    rightHistory();
    add(deposit("k9", "a", 1), new Result(Status.UNEXPECTED, -1, 0, "500 internal", false));
    assertThat(broken()).containsExactly(CONTRACT);
  }

  @Test
  void aHistoryThatIsTooLongToDecideIsAFailure() {
    for (int i = 0; i <= 2_000; i++) {
      read("a", 0, 0);
    }
    ledger.put("a", AccountFacts.NONE);
    assertThat(broken()).containsExactly(ORDER);
  }

  @Test
  void aFindingShowsSomeExamples() {
    Check check = Check.none("nothing", "things", List.of("a", "b", "c", "d"));
    assertThat(check.held()).isFalse();
    assertThat(check.found()).isEqualTo("4 things: a; b; c; …");
    assertThat(Check.none("nothing", "things", List.of()).found()).isEqualTo("0 things");
  }
}

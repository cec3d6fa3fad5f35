package org.concordat.coordinator.epoch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.concordat.coordinator.session.Sessions;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.StoreAnswer;
import org.concordat.secureagg.message.StoreAnswers;
import org.concordat.secureagg.message.StoreQuery;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a new store's query to all other agents, also to those that come later, and their answers
 * back, once a quorum is there and with each further one: how many the member asks for, only it
 * knows. A member asks again whenever it connects; which stores were answered is durable. Each
 * query makes every other agent sign: a member's next one waits its time. On the mailbox thread.
 */
public final class StoreRelay {
  private static final Logger LOG = LoggerFactory.getLogger(StoreRelay.class);

  /** Between two queries of one member. */
  static final Duration PAUSE = Duration.ofSeconds(2);

  public static final Set<String> TYPES = Set.of(StoreQuery.TYPE, StoreAnswer.TYPE);

  /** What a member asks, its signature checked. */
  private record Query(String asker, Incarnation store, StoreQuery message, byte[] sealed) {
    boolean isAnsweredBy(StoreAnswer answer) {
      return answer.incarnation().equals(store)
          && answer.nonce().equals(message.nonce())
          && answer.rosterDigest().equals(message.rosterDigest());
    }
  }

  /** What a member has asked and others have answered. */
  private static final class Asked {
    final Query query;
    final Map<String, Bytes> answers = new TreeMap<>();
    int sent;

    Asked(Query query) {
      this.query = query;
    }
  }

  private final Sessions sessions;
  private final Entries entries;
  private final Notary notary;
  private final Clock clock;
  private final Supplier<List<String>> agents;
  private final Predicate<StoreAnswer> possible;
  private final Map<String, Asked> asked = new HashMap<>();
  private final Map<String, Instant> nextQuery = new HashMap<>();

  /** Queries that came before their time. */
  private final Map<String, Query> early = new HashMap<>();

  /**
   * @param agents of the roster in force
   * @param possible whether an answer says nothing of epochs and rounds that never were: a liar's
   *     would keep the new store out of all that come
   */
  public StoreRelay(
      Sessions sessions,
      Entries entries,
      Notary notary,
      Clock clock,
      Supplier<List<String>> agents,
      Predicate<StoreAnswer> possible) {
    this.sessions = sessions;
    this.entries = entries;
    this.notary = notary;
    this.clock = clock;
    this.agents = agents;
    this.possible = possible;
    entries
        .all(Kinds.ANSWERED_STORES)
        .forEach((member, store) -> sessions.answered(member, Incarnation.of(store)));
  }

  /**
   * A query or an answer, with its signature checked.
   *
   * @throws MalformedMessageException if it is neither
   */
  public void received(Notary.Opened opened, byte[] sealed) {
    if (opened.type().equals(StoreQuery.TYPE)) {
      queried(
          new Query(
              opened.sender(),
              opened.stamp().incarnation(),
              StoreQuery.decode(opened.payload()),
              sealed));
    } else {
      answered(opened.sender(), StoreAnswer.decode(opened.payload()), sealed);
    }
  }

  private void queried(Query one) {
    String asker = one.asker();
    sessions.find(asker).ifPresent(session -> session.asking(true));
    Instant now = clock.instant();
    Instant due = nextQuery.getOrDefault(asker, now);
    if (now.isBefore(due) && !due.isAfter(now.plus(PAUSE))) { // else the clock was set back
      early.put(asker, one);
      return;
    }
    early.remove(asker);
    nextQuery.put(asker, now.plus(PAUSE));
    ask(one);
  }

  private void ask(Query one) {
    Asked open = asked.get(one.asker());
    if (open == null || !open.query.message().equals(one.message())) {
      LOG.warn(
          "{} has a new store ({}): the others are asked what its lost one may have done",
          one.asker(),
          one.store().shortHex());
      open = new Asked(one);
      asked.put(one.asker(), open);
    }
    for (String other : others(one.asker())) {
      if (!open.answers.containsKey(other)) {
        sessions.send(other, one.sealed());
      }
    }
    open.sent = 0;
    sendAnswers(one.asker(), open);
  }

  private List<String> others(String asker) {
    return agents.get().stream()
        .filter(other -> !other.equals(asker) && sessions.connected(other))
        .toList();
  }

  private void answered(String member, StoreAnswer answer, byte[] sealed) {
    Asked open = asked.get(answer.asker());
    if (open == null || member.equals(answer.asker()) || !open.query.isAnsweredBy(answer)) {
      return; // to an earlier query, or one of before a restart: the member asks again
    }
    if (!possible.test(answer)) {
      LOG.warn("{} answers {} with epochs or rounds that never were", member, answer.asker());
      return;
    }
    open.answers.putIfAbsent(member, Bytes.of(sealed));
    if (open.answers.keySet().containsAll(others(answer.asker()))) {
      sendAnswers(answer.asker(), open);
    }
  }

  /** Queries whose time has come, and answers that have come since they were sent last. */
  public void tick() {
    List.copyOf(early.values()).forEach(this::queried);
    asked.forEach(this::sendAnswers);
  }

  private void sendAnswers(String asker, Asked open) {
    boolean enough = open.answers.size() >= Cohort.threshold(agents.get().size(), 0);
    if (enough && open.answers.size() > open.sent && sessions.connected(asker)) {
      entries.apply(
          List.of(
              new Entries.Put(Kinds.ANSWERED_STORES, asker, open.query.store().bytes().toArray())));
      sessions.answered(asker, open.query.store());
      open.sent = open.answers.size();
      StoreAnswers all = new StoreAnswers(new ArrayList<>(open.answers.values()));
      sessions.send(asker, Inbox.seal(notary, all).toArray());
      sessions.find(asker).ifPresent(session -> session.asking(false));
    }
  }

  /** A member has connected: it is asked what others wait for. */
  public void connected(String member) {
    asked.forEach(
        (asker, open) -> {
          if (!asker.equals(member) && !open.answers.containsKey(member)) {
            sessions.send(member, open.query.sealed());
          }
        });
  }

  /**
   * A message, with its signature checked: the store that its sender speaks from. Only a query
   * tells of another than the session began with: a member that lost its store may still send again
   * what the lost one signed.
   */
  void heard(Notary.Opened opened) {
    if (opened.stamp().counter() == 0) {
      return;
    }
    Incarnation store = opened.stamp().incarnation();
    boolean query = opened.type().equals(StoreQuery.TYPE);
    sessions
        .find(opened.sender())
        .filter(session -> query || session.store().isNone())
        .ifPresent(session -> session.store(store));
    if (!query) {
      spoke(opened.sender(), store);
    }
  }

  /** The member has said something else than its query from this store: it needs no answers. */
  void spoke(String member, Incarnation store) {
    Asked open = asked.get(member);
    if (open != null && open.query.store().equals(store)) {
      asked.remove(member);
      early.remove(member);
      sessions.find(member).ifPresent(session -> session.asking(false));
    }
  }
}

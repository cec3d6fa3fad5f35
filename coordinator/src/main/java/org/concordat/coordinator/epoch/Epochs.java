package org.concordat.coordinator.epoch;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.concordat.coordinator.session.Sessions;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.store.Entries;

/**
 * The epochs of every cohort: a keeper for the alliance in one cohort, and one for each drawn
 * cohort, read from the store when it is first needed. Used on the mailbox thread only.
 */
public final class Epochs {
  private static final int NAME_DIGITS = 16;

  private final Entries entries;
  private final Sessions sessions;
  private final Notary notary;
  private final Clock clock;
  private final Duration wait;
  private final EpochKeeper.Listener listener;
  private final EpochNumbers numbers;
  private final Map<String, EpochKeeper> keepers = new TreeMap<>();

  public Epochs(
      Entries entries,
      Sessions sessions,
      Notary notary,
      Clock clock,
      Duration wait,
      EpochKeeper.Listener listener) {
    this.entries = entries;
    this.sessions = sessions;
    this.notary = notary;
    this.clock = clock;
    this.wait = wait;
    this.listener = listener;
    this.numbers = new EpochNumbers(entries);
    keeper(EpochNumbers.WHOLE);
  }

  private EpochKeeper keeper(String chain) {
    EpochKeeper known = keepers.get(chain);
    if (known == null) {
      known = new EpochKeeper(numbers, chain, entries, sessions, notary, clock, wait, listener);
      keepers.put(chain, known);
    }
    return known;
  }

  /** Of the alliance in one cohort. */
  public EpochKeeper whole() {
    return keeper(EpochNumbers.WHOLE);
  }

  /**
   * Of a drawn cohort.
   *
   * @param cohort from 1
   */
  public EpochKeeper of(Digest roster, int cohort) {
    return keeper(roster.hex().substring(0, NAME_DIGITS) + "/" + Kinds.digits(cohort, 4));
  }

  /** A number that was opened. */
  public EpochServer find(long number) {
    return keeper(numbers.chainOf(number)).find(number);
  }

  /**
   * A sealed message about an epoch.
   *
   * @param number of the epoch, as the envelope says
   */
  public void received(String member, byte[] sealed, long number) {
    keeper(numbers.chainOf(number)).received(member, sealed);
  }

  /** A round refused a member's message: what it shows against its sender is kept. */
  public <M extends EpochMessage> void accuse(
      Digest roster, String member, Supplier<Optional<M>> proof) {
    whole().against(roster, member, proof).ifPresent(this::convict);
  }

  /** See {@link EpochKeeper#convict}. */
  public void convict(EpochMessage evidence) {
    keeper(numbers.chainOf(evidence.epoch())).convict(evidence);
  }

  /** Who was shown to lie, under whatever roster. */
  public List<Lie> lies() {
    return whole().lies();
  }

  /** The encoded evidence of a lie. */
  public byte[] evidence(Lie lie) {
    return whole().evidence(lie);
  }

  public void tick() {
    List.copyOf(keepers.values()).forEach(EpochKeeper::tick);
  }

  /** Sends a member whatever it must know of its epochs, again if need be. */
  public void tell(String member) {
    List.copyOf(keepers.values()).forEach(keeper -> keeper.tell(member));
  }

  /**
   * Erases what is kept of numbers that are long past; their ends stay.
   *
   * @param inUse numbers that open rounds belong to
   */
  public void forgetOld(Set<Long> inUse) {
    List.copyOf(keepers.values()).forEach(keeper -> keeper.forgetOld(inUse));
  }

  /** The greatest number that was ever opened, 0 if none. */
  public long highest() {
    return numbers.highest();
  }

  /** The greatest number that is in force, 0 if none is. */
  public long newest() {
    return keepers.values().stream()
        .map(EpochKeeper::certified)
        .flatMap(Optional::stream)
        .mapToLong(EpochServer::number)
        .max()
        .orElse(0);
  }

  /** Tokens left of the newest epoch. */
  public int tokensLeft() {
    long newest = newest();
    return newest == 0 ? 0 : keeper(numbers.chainOf(newest)).tokensLeft();
  }
}

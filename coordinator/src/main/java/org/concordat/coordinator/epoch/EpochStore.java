package org.concordat.coordinator.epoch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.server.Deposits;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.store.Entries;
import org.jspecify.annotations.Nullable;

/**
 * Epoch numbers as they are stored: the opening of each, its inputs in order, its end, tokens
 * handed out. Of a certified epoch also what rounds need: a page for each token, and where each
 * deposit is among the inputs. Whatever is missing of that (an older program's epoch, pages of one
 * long past) comes from the inputs. Everything is durable when a call returns.
 */
final class EpochStore {

  private static final String FORGOTTEN_OF = "chain-";
  private static final int BATCH_BYTES = 16 << 20;

  /** Certified epochs held in memory besides the one in force: 3.3 MB each at n = 256. */
  private static final int MAX_HELD = 4;

  private static final byte[] CLOSE_STEP = new byte[0];

  /** An epoch and which of its inputs were deposits, by dealer. */
  private record Replayed(EpochServer epoch, SortedMap<Integer, Integer> deposits, int inputs) {
    static Replayed of(EpochServer opened) {
      return new Replayed(opened, new TreeMap<>(), 0);
    }

    Replayed next(EpochServer next) {
      SortedMap<Integer, Integer> all = new TreeMap<>(deposits);
      next.depositors().forEach(dealer -> all.putIfAbsent(dealer, inputs));
      return new Replayed(next, all, inputs + 1);
    }
  }

  private final EpochNumbers all;
  private final String chain;
  private final Entries entries;
  private final Notary notary;
  private final Map<Long, EpochServer> held =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, EpochServer> eldest) {
          return size() > MAX_HELD;
        }
      };

  /** The newest number, if it is not over. */
  private @Nullable Replayed making;

  /**
   * @param chain whose numbers of all these are this store's
   */
  EpochStore(EpochNumbers all, String chain, Entries entries, Notary notary) {
    this.all = all;
    this.chain = chain;
    this.entries = entries;
    this.notary = notary;
  }

  /** All numbers, lowest first. */
  List<Long> numbers() {
    return all.of(chain);
  }

  Optional<Cohort> cohort(long number) {
    return entries.get(Kinds.EPOCHS, Kinds.number(number)).map(Cohort::decode);
  }

  /** How many numbers above this one were opened under a roster. */
  long begunSince(long certified, Digest roster) {
    return numbers().stream()
        .filter(number -> number > certified)
        .filter(number -> cohort(number).orElseThrow().rosterDigest().equals(roster))
        .count();
  }

  /** Opens the next number, after the newest epoch of any cohort that is certified. */
  EpochServer open(Cohort cohort) {
    Optional<CertifiedEpoch> previous = all.latest();
    long number = all.next(chain, cohort);
    EpochServer epoch = EpochServer.start(start(cohort, number, previous), notary);
    making = Replayed.of(epoch);
    return epoch;
  }

  /**
   * Keeps an input of the newest number, and what it leads to if that is the number's end.
   *
   * @param input a sealed message, or empty where a step was closed
   * @return the state to go on with: a certified epoch without its deposits
   */
  EpochServer append(EpochServer next, byte[] input) {
    Replayed before = Objects.requireNonNull(making);
    entries.put(Kinds.epochInputs(next.number()), Kinds.position(before.inputs()), input);
    Replayed after = before.next(next);
    boolean over =
        next.phase() == EpochServer.Phase.CERTIFIED || next.phase() == EpochServer.Phase.FAILED;
    EpochServer kept = over ? ended(after) : next;
    making = over ? null : after; // only now: what could not be stored has not happened
    return kept;
  }

  private EpochServer ended(Replayed replayed) {
    EpochServer epoch = replayed.epoch();
    List<Entries.Put> last = new ArrayList<>();
    if (epoch.phase() == EpochServer.Phase.CERTIFIED) {
      keepPages(epoch);
      last.add(
          new Entries.Put(
              Kinds.EPOCH_DEPOSITS, Kinds.number(epoch.number()), positions(replayed.deposits())));
      last.add(
          new Entries.Put(Kinds.EPOCHS_CERTIFIED, Kinds.number(epoch.number()), epoch.encode()));
    }
    last.add(
        new Entries.Put(
            Kinds.EPOCH_ENDS, Kinds.number(epoch.number()), EpochEnd.of(epoch).encode()));
    entries.apply(last);
    if (epoch.phase() != EpochServer.Phase.CERTIFIED) {
      return epoch;
    }
    EpochServer paged = epoch.pagedOut(new Kept(epoch.number()));
    held.put(epoch.number(), paged);
    return paged;
  }

  private void keepPages(EpochServer epoch) {
    List<Entries.Put> batch = new ArrayList<>();
    long bytes = 0;
    for (int token = 0; token < Limits.TOKENS; token++) {
      byte[] page = epoch.page(token);
      batch.add(new Entries.Put(Kinds.epochPages(epoch.number()), Kinds.position(token), page));
      bytes += page.length;
      if (bytes > BATCH_BYTES) {
        entries.apply(batch);
        batch.clear();
        bytes = 0;
      }
    }
    entries.apply(batch);
  }

  /** Pages of an epoch that no round is begun from any more. */
  void forgetPages(long number) {
    List<Entries.Delete> all = new ArrayList<>();
    for (int token = 0; token < Limits.TOKENS; token++) {
      all.add(new Entries.Delete(Kinds.epochPages(number), Kinds.position(token)));
    }
    entries.apply(all);
  }

  /**
   * Erases everything of these numbers but their cohorts and ends; those that were erased before
   * are passed over.
   *
   * @param past all from the lowest on, rising
   */
  void forget(List<Long> past) {
    long done =
        entries
            .get(Kinds.EPOCHS_FORGOTTEN, FORGOTTEN_OF + chain)
            .map(bytes -> ByteBuffer.wrap(bytes).getLong())
            .orElse(0L);
    for (long number : past) {
      if (number > done) {
        String key = Kinds.number(number);
        List<Entries.Change> changes = new ArrayList<>();
        for (String kind : List.of(Kinds.epochInputs(number), Kinds.epochPages(number))) {
          entries.ids(kind).forEach(id -> changes.add(new Entries.Delete(kind, id)));
        }
        for (String kind :
            List.of(
                Kinds.EPOCHS_CERTIFIED,
                Kinds.EPOCH_DEPOSITS,
                Kinds.EPOCH_TOKENS,
                Kinds.EPOCH_PREVIOUS)) {
          changes.add(new Entries.Delete(kind, key));
        }
        byte[] upTo = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        changes.add(new Entries.Put(Kinds.EPOCHS_FORGOTTEN, FORGOTTEN_OF + chain, upTo));
        entries.apply(changes);
        held.remove(number);
      }
    }
  }

  /** How a number ended; one that a crash or an older program left without an end gets it here. */
  EpochEnd end(long number) {
    Optional<EpochEnd> known =
        entries.get(Kinds.EPOCH_ENDS, Kinds.number(number)).map(EpochEnd::decode);
    return known.orElseGet(
        () -> {
          Replayed replayed = replay(number);
          ended(replayed);
          return EpochEnd.of(replayed.epoch());
        });
  }

  /** The newest number as its inputs left it, to go on with. */
  EpochServer resume(long number) {
    if (entries.get(Kinds.EPOCHS_CERTIFIED, Kinds.number(number)).isPresent()) {
      return find(number);
    }
    Replayed replayed = replay(number);
    boolean over =
        replayed.epoch().phase() == EpochServer.Phase.CERTIFIED
            || replayed.epoch().phase() == EpochServer.Phase.FAILED;
    making = over ? null : replayed;
    return over ? ended(replayed) : replayed.epoch();
  }

  /**
   * An epoch that rounds were begun from, without its deposits.
   *
   * @throws IllegalStateException if it is not in the store, or was never certified
   */
  EpochServer find(long number) {
    EpochServer known = held.get(number);
    if (known == null) {
      byte[] encoded =
          entries
              .get(Kinds.EPOCHS_CERTIFIED, Kinds.number(number))
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "no certified epoch " + number + " is in the store"));
      known = EpochServer.restore(encoded, new Kept(number), notary);
      held.put(number, known);
    }
    return known;
  }

  private Replayed replay(long number) {
    Cohort cohort =
        cohort(number)
            .orElseThrow(
                () -> new IllegalStateException("epoch " + number + " is not in the store"));
    Replayed replayed =
        Replayed.of(EpochServer.start(start(cohort, number, previous(number)), notary));
    try {
      for (int i = 0; ; i++) {
        Optional<byte[]> input = entries.get(Kinds.epochInputs(number), Kinds.position(i));
        if (input.isEmpty()) {
          return replayed;
        }
        EpochServer epoch = replayed.epoch();
        replayed =
            replayed.next(input.get().length == 0 ? epoch.closeStep() : epoch.accept(input.get()));
      }
    } catch (Refusal impossible) {
      throw new IllegalStateException(
          "epoch " + number + " cannot be replayed: " + impossible.getMessage(), impossible);
    }
  }

  private static EpochStart start(Cohort cohort, long number, Optional<CertifiedEpoch> previous) {
    return previous
        .map(epoch -> epoch.next(number, cohort))
        .orElseGet(() -> new EpochStart(number, cohort, 0, Digest.NONE));
  }

  /** What was in force when a number was opened: the newest certified one below it. */
  private Optional<CertifiedEpoch> previous(long number) {
    Optional<CertifiedEpoch> kept = all.previous(number);
    if (kept.isPresent() || !chain.equals(EpochNumbers.WHOLE)) {
      return kept;
    }
    for (long before = number - 1; before > 0; before--) {
      if (all.chainOf(before).equals(chain) && end(before).how() == EpochEnd.How.CERTIFIED) {
        return find(before).manifest().map(CertifiedEpoch::of);
      }
    }
    return Optional.empty();
  }

  /** Tokens of an epoch that were handed out. */
  int used(long number) {
    return entries
        .get(Kinds.EPOCH_TOKENS, Kinds.number(number))
        .map(bytes -> ByteBuffer.wrap(bytes).getInt())
        .orElse(0);
  }

  void use(long number, int token) {
    entries.put(
        Kinds.EPOCH_TOKENS, Kinds.number(number), ByteBuffer.allocate(4).putInt(token + 1).array());
  }

  /** A certified epoch's deposits in the store. */
  private final class Kept implements Deposits {
    private final long number;

    Kept(long number) {
      this.number = number;
    }

    @Override
    public byte[] page(int token) {
      return entries
          .get(Kinds.epochPages(number), Kinds.position(token))
          .orElseGet(() -> replay(number).epoch().page(token));
    }

    @Override
    public Parcel parcel(int dealer) {
      int position = Objects.requireNonNull(positions().get(dealer));
      byte[] sealed =
          entries.get(Kinds.epochInputs(number), Kinds.position(position)).orElseThrow();
      try {
        return (Parcel) Inbox.open(notary, sealed).message();
      } catch (Refusal damaged) {
        throw new IllegalStateException(
            "a deposit of epoch " + number + " is damaged: " + damaged.getMessage(), damaged);
      }
    }

    private SortedMap<Integer, Integer> positions() {
      ByteReader in =
          new ByteReader(entries.get(Kinds.EPOCH_DEPOSITS, Kinds.number(number)).orElseThrow());
      SortedMap<Integer, Integer> positions = new TreeMap<>();
      in.list(Limits.MEMBERS, r -> Map.entry(r.u16(), r.i32()))
          .forEach(one -> positions.put(one.getKey(), one.getValue()));
      return positions;
    }
  }

  private static byte[] positions(SortedMap<Integer, Integer> deposits) {
    return new ByteWriter()
        .list(List.copyOf(deposits.entrySet()), (w, one) -> w.u16(one.getKey()).i32(one.getValue()))
        .toBytes();
  }
}

package org.concordat.agent.round;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.concordat.agent.stored.Kinds;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.member.Member;
import org.concordat.secureagg.step.Action.Erase;
import org.concordat.secureagg.step.Action.Persist;
import org.concordat.secureagg.step.Action.PersistBlob;
import org.concordat.secureagg.step.Action.Upload;
import org.concordat.secureagg.step.Step;
import org.concordat.store.Blobs;
import org.concordat.store.Entries;

/**
 * Secure aggregation's state machine over durable entries. What memory holds is never ahead of what
 * is stored: a step that cannot be made durable (a full or read-only disk) is thrown away together
 * with the machine that made it, and the next input meets one restored from the store, as after a
 * crash. Not for use by several threads.
 */
public final class DurableMember {

  /**
   * What secure aggregation erases for good: the keys of an epoch that is being set up, the secrets
   * of tokens, the value of a draw, and shares and seeds in what was sent or received for a token.
   */
  private static final Pattern SECRETS =
      Pattern.compile("(forming|secret|draw)/.*|token/.*/(sent-reveal|sent-pair-reveal/.*|result)");

  private static final int PROBE_BYTES = 1 << 18;

  /** One input of the state machine. */
  @FunctionalInterface
  public interface Input {
    Step apply(Member member) throws Refusal;
  }

  private final Function<Map<String, byte[]>, Member> restore;
  private final Entries entries;
  private final Blobs blobs;
  private final Consumer<String> crashPoint;
  private Member member;
  private boolean ahead;

  /**
   * @param restore makes the machine from its durable map
   */
  public DurableMember(
      Function<Map<String, byte[]>, Member> restore,
      Entries entries,
      Blobs blobs,
      Consumer<String> crashPoint) {
    this.restore = restore;
    this.entries = entries;
    this.blobs = blobs;
    this.crashPoint = crashPoint;
    this.member = restore.apply(new TreeMap<>(entries.all(Kinds.SECURE_AGGREGATION)));
  }

  /** The machine as it is stored. */
  public Member member() {
    if (ahead) {
      member = restore.apply(new TreeMap<>(entries.all(Kinds.SECURE_AGGREGATION)));
      ahead = false;
    }
    return member;
  }

  /** Members of this site's own cohort, where the roster's agents are drawn into several. */
  public OptionalInt ownCohort() {
    boolean several = member().drawn().filter(drawn -> drawn.count() > 1).isPresent();
    return several
        ? OptionalInt.of(member().pinned().map(Cohort::size).orElse(0))
        : OptionalInt.empty();
  }

  /**
   * Applies an input. What it changes is durable when this returns, and what it erases is gone from
   * the store's files; nothing of it may be sent before.
   *
   * @param also changes that become durable together with the step, or not at all
   * @throws Refusal if the input is refused; nothing has changed
   * @throws RuntimeException of the store, if it cannot be written; nothing has changed
   */
  Step take(Input input, List<Entries.Change> also) throws Refusal {
    Step step = input.apply(member());
    boolean durable = false;
    try {
      store(step, also);
      durable = true;
    } finally {
      ahead = !durable;
    }
    return step;
  }

  private void store(Step step, List<Entries.Change> also) {
    List<Entries.Change> changes = new ArrayList<>(also);
    List<String> erased = new ArrayList<>();
    boolean upload = false;
    for (var action : step.actions()) {
      if (action instanceof PersistBlob blob) {
        blobs.putNamed(blobName(blob.key()), blob.content());
      } else if (action instanceof Persist persist) {
        changes.add(put(persist.key(), persist.value().toArray()));
      } else if (action instanceof Erase erase) {
        changes.add(new Entries.Delete(Kinds.SECURE_AGGREGATION, erase.key()));
        erased.add(blobName(erase.key()));
      } else if (action instanceof Upload) {
        upload = true;
      }
    }
    String what = upload ? "upload" : "step";
    crashPoint.accept("before:" + what);
    entries.apply(changes);
    erased.forEach(blobs::erase);
    crashPoint.accept("after:" + what);
  }

  /** What a step's Erase must leave in no file is a secret entry. */
  private static Entries.Change put(String key, byte[] value) {
    return SECRETS.matcher(key).matches()
        ? new Entries.PutSecret(Kinds.SECURE_AGGREGATION, key, value)
        : new Entries.Put(Kinds.SECURE_AGGREGATION, key, value);
  }

  /** Under which name a masked vector is kept. */
  static String blobName(String key) {
    return "y-" + Digest.sha256(key.getBytes(StandardCharsets.UTF_8)).hex();
  }

  /**
   * Writes and removes something small in the database and among the files.
   *
   * @throws RuntimeException of the store, if it cannot be written
   */
  public void probe() {
    blobs.putNamed(Kinds.PROBE, new byte[PROBE_BYTES]);
    blobs.erase(Kinds.PROBE);
    entries.put(Kinds.PROBE, Kinds.PROBE, new byte[PROBE_BYTES]);
    entries.apply(List.of(new Entries.Delete(Kinds.PROBE, Kinds.PROBE)));
  }
}

package org.concordat.coordinator.regional;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.concordat.coordinator.gateway.UploadDesk;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.coordinator.upload.UploadRefusedException;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.protocol.v1.RegionTask;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.check.CertifiedSet;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.region.PartialSum;
import org.concordat.secureagg.region.RegionHolds;
import org.concordat.store.Entries;
import org.concordat.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rounds that this region adds up. What is told of one, and what is held of it, is durable
 * before anybody hears of it. On the mailbox thread.
 */
public final class RegionRounds implements UploadDesk {
  private static final Logger LOG = LoggerFactory.getLogger(RegionRounds.class);

  /** Tasks that wait for a certificate; a coordinator has a few of each job. */
  static final int MAX_WAITING = 1000;

  private final Region region;
  private final Notary notary;
  private final Entries entries;
  private final Uploads uploads;
  private final Consumer<byte[]> holds;
  private final Map<Digest, RegionRound> open = new HashMap<>();

  /**
   * @param holds takes what is signed for the coordinator: that an upload is here, whole
   */
  RegionRounds(
      Region region, Notary notary, Entries entries, Uploads uploads, Consumer<byte[]> holds) {
    this.region = region;
    this.notary = notary;
    this.entries = entries;
    this.uploads = uploads;
    this.holds = holds;
    entries.all(Kinds.REGION_TASKS).values().forEach(this::load);
  }

  private void load(byte[] stored) {
    try {
      RegionRound round = RegionRound.decode(stored, notary, region);
      open.put(round.task().digest(), round);
    } catch (Refusal refusal) {
      LOG.warn("a task is not taken up: {}", refusal.getMessage());
    }
  }

  /**
   * A task of the coordinator's; again it changes nothing.
   *
   * @throws Refusal naming the coordinator, where the task's token was taken for another, or for
   *     this one and that is over: whoever had two sums under one token could tell updates apart
   */
  void told(RegionTask told) throws Refusal {
    RegionRound round = RegionRound.of(told, notary, region);
    Digest task = round.task().digest();
    if (open.containsKey(task)) {
      return;
    }
    String coordinator = round.manifest().cohort().coordinator();
    TokenRef ref = round.task().ref();
    Refusal.require(
        taskOf(ref).isEmpty(),
        Reason.CONFLICTING_MESSAGE,
        coordinator,
        "the token of %s was used here before",
        ref.describe());
    Refusal.require(
        open.values().stream().filter(one -> one.certificate().isEmpty()).count() < MAX_WAITING,
        Reason.UNEXPECTED_MESSAGE,
        coordinator,
        "%s is not taken: %d tasks wait for a certificate already",
        ref.describe(),
        MAX_WAITING);
    entries.apply(
        List.of(
            new Entries.Put(Kinds.REGION_TOKENS, token(ref), task.bytes()),
            new Entries.Put(Kinds.REGION_TASKS, task.hex(), round.encode())));
    open.put(task, round);
    LOG.info("{}: {} members of this region", ref.describe(), round.members().size());
  }

  /** What a token was taken for, now or ever. */
  private Optional<Digest> taskOf(TokenRef ref) {
    return entries.get(Kinds.REGION_TOKENS, token(ref)).map(Digest::new);
  }

  private static String token(TokenRef ref) {
    return ref.epoch() + "/" + ref.token();
  }

  private void keep(RegionRound round) {
    String id = round.task().digest().hex();
    entries.put(Kinds.REGION_TASKS, id, round.encode());
    open.put(round.task().digest(), round);
  }

  /** A new session: the coordinator hears again of all that is held and not certified. */
  void connected() {
    open.values().stream()
        .filter(round -> round.certificate().isEmpty())
        .forEach(round -> round.held().values().forEach(one -> tell(one.toByteArray())));
  }

  private void tell(byte[] sealedCommitment) {
    holds.accept(new RegionHolds(region.self(), Bytes.of(sealedCommitment)).seal(notary));
  }

  /**
   * The survivors are certified: what is to be added up now. The certificate is durable when this
   * returns.
   *
   * @throws Refusal naming the coordinator, where the members' signatures do not bear it out, or
   *     fewer than three of this region are in it
   */
  Due certified(byte[] payload) throws Refusal {
    Survivors unverified = survivorsOf(payload);
    RegionRound round = open.get(unverified.ref().taskDigest());
    Refusal.require(
        round != null,
        Reason.TASK_UNKNOWN,
        "coordinator",
        "a certificate of %s, which was not told of here",
        unverified.ref().describe());
    RegionRound known = Objects.requireNonNull(round);
    Survivors set = CertifiedSet.survivors(known.manifest(), payload, notary.under(known.roster()));
    SortedMap<String, Digest> own = known.own(set);
    String coordinator = known.manifest().cohort().coordinator();
    Refusal.require(
        set.ref().equals(known.task().ref()) && own.size() >= PartialSum.MIN_MEMBERS,
        Reason.TOO_FEW_SURVIVORS,
        coordinator,
        "%d of this region are in the certificate, at least %d must be: their sum would tell too"
            + " much",
        own.size(),
        PartialSum.MIN_MEMBERS);
    for (Map.Entry<String, Digest> survivor : own.entrySet()) {
      Refusal.require(
          known.rootOf(survivor.getKey(), notary).equals(Optional.of(survivor.getValue())),
          Reason.WRONG_ROOT,
          coordinator,
          "the upload of \"%s\" with root %s is not here",
          survivor.getKey(),
          survivor.getValue().shortHex());
    }
    if (known.certificate().isEmpty()) {
      keep(known.certified(payload));
    }
    return new Due(known.task(), set, own, known.indices(own));
  }

  private static Survivors survivorsOf(byte[] payload) throws Refusal {
    try {
      return Survivors.decode(Certificate.decode(payload).survivors().toArray());
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(
          Reason.MALFORMED, "coordinator", "a certificate: " + malformed.getMessage());
    }
  }

  /**
   * What is to be added up.
   *
   * @param own roots by member
   * @param indices of these in the cohort, sorted
   */
  record Due(Task task, Survivors set, SortedMap<String, Digest> own, List<Integer> indices) {}

  /** Everything of other tasks is erased, but not that their tokens were used. */
  void retain(Set<Digest> tasks) {
    List<Digest> gone = open.keySet().stream().filter(task -> !tasks.contains(task)).toList();
    for (Digest task : gone) {
      entries.apply(
          List.of(
              new Entries.Delete(Kinds.REGION_TASKS, task.hex()),
              new Entries.Delete(Kinds.REGION_SUMS, task.hex())));
      open.remove(task);
    }
    uploads.retain(tasks.stream().filter(open::containsKey).collect(Collectors.toSet()));
  }

  /** The last attempt of a round whose survivors are certified, for checks inside the region. */
  Optional<RegionRound> certifiedRound(String job, long round, int cohort) {
    return open.values().stream()
        .filter(one -> one.certificate().isPresent())
        .filter(
            one ->
                one.told().getJob().equals(job)
                    && one.told().getRound() == round
                    && one.told().getCohort() == cohort)
        .max(Comparator.comparingInt(one -> one.task().attempt()));
  }

  /** Survivors of this region with their roots, in a round that was certified. */
  SortedMap<String, Digest> own(RegionRound round) throws Refusal {
    return round.own(survivorsOf(round.certificate().orElseThrow()));
  }

  boolean isMine(String member) {
    return region.isMine(member);
  }

  @Override
  public int requireExpected(String sender, UploadCommitment commitment)
      throws UploadRefusedException {
    RegionRound round = expecting(sender, commitment);
    if (commitment.wireBytes() != round.task().wireBytes()) {
      throw new UploadRefusedException(
          "an upload of %d bytes, the task asks for %d"
              .formatted(commitment.wireBytes(), round.task().wireBytes()));
    }
    try {
      Optional<Digest> before = round.rootOf(sender, notary);
      if (before.isPresent() && !before.get().equals(commitment.root())) {
        throw new UploadRefusedException(
            "two different uploads for " + commitment.ref().describe());
      }
      if (before.isEmpty() && round.certificate().isPresent()) {
        throw new UploadRefusedException(
            "uploads for " + commitment.ref().describe() + " have ended");
      }
    } catch (Refusal formerKey) {
      throw new UploadRefusedException(String.valueOf(formerKey.getMessage()));
    }
    return round.task().quantisation().wireBytes();
  }

  private RegionRound expecting(String sender, UploadCommitment commitment)
      throws UploadRefusedException {
    Digest task = commitment.ref().taskDigest();
    RegionRound round = open.get(task);
    if (round == null && taskOf(commitment.ref()).isEmpty()) {
      // the coordinator tells members and aggregators at about one time: asked again, it is known
      throw new StoreException("not told yet of " + commitment.ref().describe());
    }
    if (round == null || !round.task().ref().equals(commitment.ref())) {
      throw new UploadRefusedException("no open round waits for " + commitment.ref().describe());
    }
    if (!round.members().contains(sender) || !region.isMine(sender)) {
      throw new UploadRefusedException(
          "the updates of '%s' are not for '%s' to add up, by the signed roster"
              .formatted(sender, region.self()));
    }
    return round;
  }

  @Override
  public void uploaded(String sender, byte[] sealed, UploadCommitment commitment)
      throws UploadRefusedException {
    requireExpected(sender, commitment);
    RegionRound round = expecting(sender, commitment);
    if (!round.held().containsKey(sender)) {
      keep(round.holding(sender, sealed));
    }
    tell(sealed);
  }
}

package org.concordat.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.StateSignature;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;

/**
 * What must hold of every message, whoever has crashed or lies: what was said for a token, a round
 * or a model once is never said otherwise by anybody honest.
 */
final class Watch {
  private final List<String> violations = new ArrayList<>();
  private final Set<String> contradicted = new HashSet<>();
  private final Map<String, Object> said = new LinkedHashMap<>();
  private final Map<String, Result> results = new LinkedHashMap<>();
  private final Map<Long, List<String>> cohorts = new TreeMap<>();
  private final Map<String, Survivors> survivors = new LinkedHashMap<>();
  private final Map<String, Long> messages = new LinkedHashMap<>();
  private final Map<String, byte[]> last = new TreeMap<>();
  private final Map<Digest, Integer> tampered = new HashMap<>();
  private final Set<String> liars;
  private final Set<String> departed = new HashSet<>();

  /**
   * @param liars members whose own words nothing is concluded from
   */
  Watch(Set<String> liars) {
    this.liars = liars;
  }

  /** Members that may be shown to lie. */
  Set<String> liars() {
    return liars;
  }

  /** A member is none any more: no epoch is opened with it. */
  void departed(String member) {
    departed.add(member);
  }

  /** It is a member again: epochs may have it. */
  void returned(String member) {
    departed.remove(member);
  }

  /** A member is taken for an honest one. */
  void trust(String member) {
    liars.remove(member);
  }

  List<String> violations() {
    return violations;
  }

  /** By job and round, what was released. */
  Map<String, Result> results() {
    return results;
  }

  /** How many messages of each type there have been. */
  Map<String, Long> messages() {
    return messages;
  }

  void violated(String what) {
    violations.add(what);
  }

  /** The first time something is said it is kept; every other time it must be the same. */
  private void once(String about, Object what) {
    Object before = said.putIfAbsent(about, what);
    if (before != null && !before.equals(what) && contradicted.add(about)) {
      violated(about + ": said twice, otherwise: " + before + " and " + what);
    }
  }

  /** An agent sends. */
  void up(String member, byte[] sealed) {
    Envelope envelope = open(sealed);
    if (liars.contains(member)) {
      return;
    }
    last.put(member, sealed);
    byte[] payload = envelope.getPayload().toByteArray();
    switch (envelope.getPayloadType()) {
      case UploadCommitment.TYPE:
        UploadCommitment upload = UploadCommitment.decode(payload);
        once("upload of " + member + " for " + token(upload.ref()), upload.root());
        break;
      case Reveal.TYPE:
        once("what " + member + " does with " + token(Reveal.decode(payload).ref()), "reveals");
        break;
      case NonReveal.TYPE:
        once("what " + member + " does with " + token(NonReveal.decode(payload).ref()), "voids");
        break;
      case SurvivorSignature.TYPE:
        SurvivorSignature signed = SurvivorSignature.decode(payload);
        once(
            "survivors that " + member + " signed for " + token(signed.ref()),
            signed.survivorsDigest());
        break;
      case ManifestSignature.TYPE:
        ManifestSignature manifest = ManifestSignature.decode(payload);
        once(
            "manifest that " + member + " signed of " + manifest.epoch(),
            manifest.manifestDigest());
        break;
      case StateSignature.TYPE:
        StateSignature state = StateSignature.decode(payload);
        once("state after " + round(state.ref()), state.stateDigest());
        break;
      default:
        break;
    }
  }

  /** The coordinator sends. */
  void down(String member, SessionDown message) {
    if (!message.hasSealed()) {
      return;
    }
    Envelope envelope = open(message.getSealed().toByteArray());
    byte[] payload = envelope.getPayload().toByteArray();
    switch (envelope.getPayloadType()) {
      case Task.TYPE:
        Task task = Task.decode(payload);
        once("task " + task.ref().job() + "/" + task.round() + "/" + task.attempt(), task.digest());
        break;
      case Certificate.TYPE:
        Certificate certificate = Certificate.decode(payload);
        once("survivors of " + token(certificate.ref()), certificate.survivors());
        once("what is asked of " + token(certificate.ref()), "to reveal");
        survivors.put(
            token(certificate.ref()), Survivors.decode(certificate.survivors().toArray()));
        break;
      case NonRevealRequest.TYPE:
        once("what is asked of " + token(NonRevealRequest.decode(payload).ref()), "to void");
        break;
      case EpochStart.TYPE:
        EpochStart start = EpochStart.decode(payload);
        once("cohort of epoch " + start.number(), start.cohort());
        if (!cohorts.containsKey(start.number())) {
          start.cohort().members().stream()
              .filter(departed::contains)
              .forEach(gone -> violated("epoch " + start.number() + " was opened with " + gone));
        }
        cohorts.put(start.number(), start.cohort().members());
        break;
      case ManifestCertificate.TYPE:
        ManifestCertificate epoch = ManifestCertificate.decode(payload);
        once("manifest of epoch " + epoch.epoch(), epoch.manifest());
        break;
      case Result.TYPE:
        Result result = Result.decode(payload);
        TokenRef ref = Task.ofCore(result.task().toArray()).ref();
        once("result of " + round(ref), Digest.sha256(result.encode()));
        once("sum from model " + model(result), round(ref));
        results.put(round(ref), result);
        break;
      default:
        break;
    }
  }

  /** Whose updates a token's certificate lists. */
  Set<String> survivors(TokenRef ref) {
    List<String> members = cohort(ref.epoch());
    return uploads(ref).stream()
        .map(upload -> members.get(upload.index()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whom an epoch was opened for. */
  List<String> cohort(long epoch) {
    return cohorts.getOrDefault(epoch, List.of());
  }

  private List<Survivors.Upload> uploads(TokenRef ref) {
    Survivors set = survivors.get(token(ref));
    return set == null ? List.of() : set.uploads();
  }

  /**
   * A liar has committed to an upload that is not its agent's.
   *
   * @param element the only one that is not as it should be, −1 for all
   */
  void tampered(Digest root, int element) {
    tampered.put(root, element);
  }

  /** Which elements of a token's sum are not as they should be; −1 for all. */
  Set<Integer> tampered(TokenRef ref) {
    return uploads(ref).stream()
        .map(upload -> tampered.get(upload.root()))
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  /** What another member that does not lie said last. */
  Optional<byte[]> another(String than, int choice) {
    List<byte[]> others =
        last.entrySet().stream()
            .filter(said -> !said.getKey().equals(than))
            .map(Map.Entry::getValue)
            .toList();
    return others.isEmpty() ? Optional.empty() : Optional.of(others.get(choice % others.size()));
  }

  private static String model(Result result) {
    return Task.ofCore(result.task().toArray()).modelDigest().hex();
  }

  private static String token(TokenRef ref) {
    return "token " + ref.epoch() + "/" + ref.token();
  }

  private static String round(TokenRef ref) {
    return "round " + ref.job() + "/" + ref.round();
  }

  private Envelope open(byte[] sealed) {
    try {
      Envelope envelope = Envelope.parseFrom(SignedEnvelope.parseFrom(sealed).getEnvelope());
      messages.merge(envelope.getPayloadType(), 1L, Long::sum);
      return envelope;
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

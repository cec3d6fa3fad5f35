package org.concordat.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Ring;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.StateSignature;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.UploadCommitment;

/**
 * What a member really sends: what its agent says, but for the lies of the plan, each told once,
 * with the member's real keys and the stamps of its store. Its agent knows nothing of them.
 */
final class Liar {
  /** Words of an upload: parameters, two metrics, the weight. */
  private static final int ELEMENTS = Simulation.PARAMETERS + 3;

  private static final int FLOOD = 100;
  private static final long SILENCE_MILLIS = 20_000;
  private static final int REMEMBERED = 50;

  /** What is uploaded. */
  record Upload(byte[] content, byte[] sealed) {}

  private final String member;
  private final Envelopes envelopes;
  private final VirtualTime time;
  private final Random random;
  private final Watch watch;
  private final List<Lie> due;
  private final List<byte[]> said = new ArrayList<>();
  private final Map<Lie.Kind, Integer> told = new EnumMap<>(Lie.Kind.class);
  private long silentUntil;

  /**
   * @param lies of a plan; only this member's are told
   */
  Liar(String member, Founded founded, List<Lie> lies, VirtualTime time, long seed, Watch watch) {
    this.member = member;
    this.envelopes =
        new Envelopes(
            Founded.ALLIANCE, member, founded.keysOf(member)::sign, (who, what, how) -> false, 0);
    this.time = time;
    this.random = new Random(seed);
    this.watch = watch;
    this.due = new ArrayList<>(lies.stream().filter(lie -> lie.member().equals(member)).toList());
  }

  /** How often each lie was told. */
  Map<Lie.Kind, Integer> told() {
    return told;
  }

  /** What is sent over the session where the agent sends this. */
  List<byte[]> says(byte[] sealed) {
    if (time.now() < silentUntil) {
      return List.of();
    }
    Envelope honest = open(sealed);
    List<byte[]> really =
        next(honest).map(lie -> tell(lie, honest, sealed)).orElse(List.of(sealed));
    said.add(sealed);
    if (said.size() > REMEMBERED) {
      said.remove(0);
    }
    return really;
  }

  private Optional<Lie> next(Envelope honest) {
    Optional<Lie> next =
        due.stream()
            .filter(lie -> lie.atMillis() <= time.now() && isAbout(lie, honest))
            .findFirst();
    next.ifPresent(this::telling);
    return next;
  }

  private void telling(Lie lie) {
    due.remove(lie);
    told.merge(lie.kind(), 1, Integer::sum);
  }

  private static boolean isAbout(Lie lie, Envelope honest) {
    String type = honest.getPayloadType();
    return switch (lie.kind()) {
      case NOISE, WORD, OTHER_BYTES, SHORTER, TWO_UPLOADS -> type.equals(UploadCommitment.TYPE);
      case SHARE, VOID_TOO -> type.equals(Reveal.TYPE);
      case TWO_SURVIVOR_SETS -> type.equals(SurvivorSignature.TYPE);
      case TWO_STATES -> type.equals(StateSignature.TYPE);
      case TWO_MANIFESTS -> type.equals(ManifestSignature.TYPE);
      case DEPOSIT ->
          type.equals(Parcel.TYPE)
              && header(Parcel.decode(payload(honest))).kind() == SectionHeader.Kind.DEPOSIT;
      case FOREIGN, REPLAY, FLOOD, SILENCE -> !type.equals(UploadCommitment.TYPE);
    };
  }

  private List<byte[]> tell(Lie lie, Envelope honest, byte[] sealed) {
    byte[] payload = payload(honest);
    switch (lie.kind()) {
      case SHARE:
        return List.of(seal(honest, wrongShare(Reveal.decode(payload), lie.choice())));
      case VOID_TOO:
        return List.of(sealed, seal(honest, new NonReveal(Reveal.decode(payload).ref())));
      case TWO_SURVIVOR_SETS:
        SurvivorSignature set = SurvivorSignature.decode(payload);
        return List.of(sealed, seal(honest, new SurvivorSignature(set.ref(), anything())));
      case TWO_STATES:
        StateSignature state = StateSignature.decode(payload);
        return List.of(
            sealed,
            seal(honest, new StateSignature(state.ref(), state.resultDigest(), anything())));
      case TWO_MANIFESTS:
        return List.of(sealed, seal(honest, new ManifestSignature(honest.getRound(), anything())));
      case DEPOSIT:
        return List.of(seal(honest, spoilt(honest, Parcel.decode(payload), lie.choice())));
      case FOREIGN:
        return watch
            .another(member, lie.choice())
            .map(of -> List.of(sealed, of))
            .orElse(List.of(sealed));
      case REPLAY:
        List<byte[]> again = new ArrayList<>(said);
        again.add(sealed);
        return again;
      case FLOOD:
        return flood(honest, sealed);
      case SILENCE:
        silentUntil = time.now() + SILENCE_MILLIS;
        return List.of();
      default:
        throw new IllegalStateException();
    }
  }

  private static Reveal wrongShare(Reveal reveal, int choice) {
    List<Bytes> shares = new ArrayList<>(reveal.shares());
    shares.set(choice % shares.size(), flipped(shares.get(choice % shares.size()), choice));
    return new Reveal(reveal.ref(), reveal.survivorsDigest(), shares);
  }

  /** The deposit for one of the others does not open, and the header vouches for it. */
  private Parcel spoilt(Envelope honest, Parcel parcel, int choice) {
    List<Bytes> sections = new ArrayList<>(parcel.sections());
    int own = watch.cohort(honest.getRound()).indexOf(member);
    int at = (own + 1 + choice % (sections.size() - 1)) % sections.size();
    if (sections.get(at).size() == 0) {
      return parcel; // for somebody who is absent
    }
    sections.set(at, flipped(sections.get(at), choice));
    SectionHeader header = header(parcel);
    List<Digest> digests = new ArrayList<>(header.sections());
    digests.set(at, sections.get(at).sha256());
    Envelope around = open(parcel.sealedHeader().toArray());
    byte[] sealed =
        seal(
            around,
            new SectionHeader(
                header.epoch(),
                header.kind(),
                header.context(),
                header.commonDigest(),
                header.recoveryDigest(),
                digests));
    return new Parcel(
        honest.getRound(), Bytes.of(sealed), parcel.common(), parcel.recovery(), sections);
  }

  private static Bytes flipped(Bytes bytes, int choice) {
    byte[] other = bytes.toArray();
    other[choice % other.length] ^= 1;
    return Bytes.of(other);
  }

  private List<byte[]> flood(Envelope honest, byte[] sealed) {
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < FLOOD; i++) {
      byte[] junk = new byte[1 + random.nextInt(300)];
      random.nextBytes(junk);
      switch (random.nextInt(4)) {
        case 0 -> all.add(junk);
        case 1 -> all.add(envelopes.seal("secagg.junk.v1", honest.getRound(), 0, junk));
        case 2 -> all.add(envelopes.seal(Reveal.TYPE, honest.getRound(), 0, stamp(honest), junk));
        default -> all.add(said.isEmpty() ? sealed : said.get(random.nextInt(said.size())));
      }
    }
    all.add(sealed);
    return all;
  }

  /** What is uploaded where the agent uploads this; the agent hears how the first one ended. */
  List<Upload> uploads(byte[] content, byte[] sealed) {
    Upload honest = new Upload(content, sealed);
    Envelope envelope = open(sealed);
    UploadCommitment commitment = UploadCommitment.decode(payload(envelope));
    Optional<Lie> lie = next(envelope);
    if (lie.isEmpty()) {
      return List.of(honest);
    }
    int choice = lie.get().choice();
    return switch (lie.get().kind()) {
      case NOISE -> List.of(committed(envelope, commitment, noise(content), -1));
      case WORD ->
          List.of(committed(envelope, commitment, other(content, choice), choice % ELEMENTS));
      case OTHER_BYTES -> List.of(new Upload(noise(content), sealed));
      case SHORTER ->
          List.of(committed(envelope, commitment, Arrays.copyOf(content, content.length / 2), -1));
      case TWO_UPLOADS -> List.of(honest, committed(envelope, commitment, noise(content), -1));
      default -> throw new IllegalStateException();
    };
  }

  private byte[] noise(byte[] content) {
    byte[] noise = new byte[content.length];
    random.nextBytes(noise);
    return noise;
  }

  /** One word is another one: by little or by much. */
  private static byte[] other(byte[] content, int choice) {
    int bits = 8 * content.length / ELEMENTS;
    int[] words = new int[ELEMENTS];
    Ring.accumulate(bits, words, 0, content, 0, ELEMENTS);
    words[choice % ELEMENTS] += choice % 2 == 0 ? 1000 : 1 << bits - 2;
    return Ring.pack(bits, words, 0, ELEMENTS);
  }

  /**
   * @param element the only one that is not as it should be, −1 for all
   */
  private Upload committed(Envelope around, UploadCommitment honest, byte[] content, int element) {
    Digest root = MerkleRoot.of(content, content.length / ELEMENTS);
    watch.tampered(root, element);
    return new Upload(
        content, seal(around, new UploadCommitment(honest.ref(), root, content.length)));
  }

  // --- envelopes

  private Digest anything() {
    byte[] bytes = new byte[Digest.SIZE_BYTES];
    random.nextBytes(bytes);
    return new Digest(bytes);
  }

  private byte[] seal(Envelope like, Message message) {
    return envelopes.seal(
        message.type(),
        message.envelopeRound(),
        message.envelopeAttempt(),
        stamp(like),
        message.encode());
  }

  private static Envelopes.Stamp stamp(Envelope like) {
    return new Envelopes.Stamp(like.getIncarnation().toByteArray(), like.getCounter());
  }

  private static SectionHeader header(Parcel parcel) {
    return SectionHeader.decode(payload(open(parcel.sealedHeader().toArray())));
  }

  private static byte[] payload(Envelope envelope) {
    return envelope.getPayload().toByteArray();
  }

  private static Envelope open(byte[] sealed) {
    try {
      return Envelope.parseFrom(SignedEnvelope.parseFrom(sealed).getEnvelope());
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

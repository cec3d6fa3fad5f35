package org.concordat.secureagg.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.DrawDrill;
import org.concordat.secureagg.EpochDrill;
import org.concordat.secureagg.Liar;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Site;
import org.concordat.secureagg.Stamp;
import org.concordat.secureagg.TestNotary;
import org.concordat.secureagg.World;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.cohorts.message.DrawMessage;
import org.concordat.secureagg.cohorts.server.DrawServer;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Mutated messages: decoded canonically or refused, never an unnamed exception, never a changed
 * state.
 */
class FuzzTest {
  private static final Map<String, Received> SAMPLES = new TreeMap<>();
  private static World world;
  private static EpochServer forming;
  private static RoundServer round;

  @BeforeAll
  static void recordOneOfEach() throws Refusal {
    world = new World(4, 0, 41);
    world.epoch = EpochServer.start(world.cohort, 1, null, world.notary);
    while (world.epoch.phase() != EpochServer.Phase.CERTIFIED) {
      record(epochMessages());
      world.exchange(Set.of());
      record(world.epochLog);
    }
    record(epochMessages());
    world.exchange(Set.of());
    world.lastManifest = world.epoch.manifest().orElseThrow();
    forming = EpochServer.start(world.cohort, 2, world.lastManifest, world.notary);
    Task task = world.task(0, 0, 0, 10, World.INITIAL, List.of());
    round = world.startRound(task);
    record(outgoing());
    round = world.flight(round, Set.of(3));
    for (Site site : world.sites.values()) {
      site.uploads.forEach(upload -> tryRecord(upload.sealedCommitment().toArray()));
    }
    round = round.freezeSurvivors();
    record(outgoing());
    recordAnswers();
    round = world.flight(round, Set.of());
    round = round.chooseCertificate();
    record(outgoing());
    recordAnswers();
    round = world.flight(round, Set.of());
    round = round.result(World.digest("root"), World.digest("next"));
    record(outgoing());
    TokenRef ref = world.task(0, 0, 1, 10, World.INITIAL, List.of()).ref();
    Bytes sealed = Bytes.of(world.seal(new NonReveal(ref)));
    for (Message message :
        List.of(
            new Decline(ref, "why not"),
            new NonRevealRequest(ref),
            new NonReveal(ref),
            new NonRevealQuorum(ref, List.of(sealed, sealed)),
            new PairRevealRequest(ref, 3),
            new PairReveal(ref, 3, Bytes.of(new byte[32])),
            new StateSignature(ref, Digest.NONE, Digest.NONE),
            new Checkpoint(ref, Digest.NONE, List.of(sealed)),
            new StoreQuery(World.ROSTER, Bytes.of(new byte[32])),
            new StoreAnswer(
                world.site(0).name,
                TestNotary.store(world.site(0).name),
                World.ROSTER,
                Bytes.of(new byte[32]),
                7,
                1,
                List.of(new StoreAnswer.JobRound(World.JOB, -1))),
            new StoreAnswers(List.of(sealed)),
            allianceCheckpoint(sealed))) {
      tryRecord(world.seal(message));
    }
    SectionHeader header =
        (SectionHeader)
            Inbox.open(
                    world.notary,
                    ((Parcel) SAMPLES.get(Parcel.TYPE).message()).sealedHeader().toArray())
                .message();
    SAMPLES.put(SectionHeader.TYPE, new Received(world.site(0).name, Stamp.NONE, header));
    recordADispute();
    tryRecord(world.seal(new TwoStatements(1, sealed, sealed)));
    tryRecord(
        world.seal(
            new RoundEvidence(
                1,
                Bytes.EMPTY,
                sealed,
                2,
                sealed,
                sealed,
                Bytes.EMPTY,
                new TreeMap<>(Map.of(0, sealed, 3, sealed)),
                List.of(sealed, sealed))));
    recordADraw();
  }

  private static AllianceCheckpoint allianceCheckpoint(Bytes sealed) {
    AllianceCheckpoint.Part part =
        new AllianceCheckpoint.Part(world.cohort, List.of(sealed, sealed));
    CohortSum sum = new CohortSum(world.cohort.digest(), world.cohort.size(), World.digest("sum"));
    return new AllianceCheckpoint(
        World.JOB, 3, Digest.NONE, List.of(sum, sum), List.of(part, part));
  }

  /** Two numbers, since one member withholds its value once. */
  private static void recordADraw() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    drill.onSent = FuzzTest::tryRecord;
    drill.silentIn(DrawServer.Phase.REVEALING, 6);
    drill.draw();
  }

  /** Member 1 boxes something else for member 0. */
  private static void recordADispute() {
    EpochDrill drill = new EpochDrill(new World(4, 0, 42));
    Site liar = drill.world.site(1);
    drill.ofMembers =
        (site, bytes, message) ->
            site == liar && message instanceof Parcel parcel && parcel.common().size() > 0
                ? List.of(
                    Liar.resign(liar, Liar.withParts(liar, parcel, p -> Liar.section(p, 0, 70))))
                : List.of(bytes);
    drill.run(drill.world.cohort, 1);
    drill.sent.stream()
        .filter(EpochMessage.class::isInstance)
        .forEach(message -> tryRecord(world.seal(message)));
  }

  private static List<byte[]> epochMessages() {
    return world.sites.keySet().stream()
        .flatMap(name -> world.epoch.outgoing(name).stream())
        .toList();
  }

  private static List<byte[]> outgoing() {
    return world.sites.keySet().stream().flatMap(name -> round.outgoing(name).stream()).toList();
  }

  private static void recordAnswers() throws Refusal {
    for (Site site : world.sites.values()) {
      for (byte[] message : round.outgoing(site.name)) {
        record(site.handle(message));
      }
    }
  }

  private static void record(List<byte[]> sealed) {
    sealed.forEach(FuzzTest::tryRecord);
  }

  private static void tryRecord(byte[] sealed) {
    try {
      Received received = Inbox.open(world.notary, sealed);
      SAMPLES.put(received.message().type(), received);
    } catch (Refusal e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void thereIsASampleOfEveryMessage() {
    int kinds =
        Message.class.getPermittedSubclasses().length
            - 4
            + SetupMessage.class.getPermittedSubclasses().length
            + TokenMessage.class.getPermittedSubclasses().length
            + EpochMessage.class.getPermittedSubclasses().length
            + DrawMessage.class.getPermittedSubclasses().length
            + 1; // AllianceCheckpoint
    assertThat(SAMPLES).hasSize(kinds);
  }

  @Test
  void encodingsAreReadBack() throws Refusal {
    for (Received sample : SAMPLES.values()) {
      Message message = sample.message();
      Message again = Inbox.open(world.notary, world.seal(message)).message();
      assertThat(again).isEqualTo(message);
      assertThat(again.encode()).isEqualTo(message.encode());
      byte[] longer = Arrays.copyOf(message.encode(), message.encode().length + 1);
      assertThatThrownBy(() -> open(message, longer))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("MALFORMED");
      for (int cut = 0; cut < Math.min(longer.length - 1, 2000); cut++) {
        byte[] shorter = Arrays.copyOf(longer, cut);
        assertThatThrownBy(() -> open(message, shorter)).isInstanceOf(Refusal.class);
      }
    }
  }

  private static Received open(Message like, byte[] payload) throws Refusal {
    return Inbox.open(
        world.notary,
        world.notary.seal(like.type(), like.envelopeRound(), like.envelopeAttempt(), payload));
  }

  @TestFactory
  Stream<DynamicTest> mutatedMessagesAreRefusedOrCanonical() {
    List<Received> samples = new ArrayList<>(SAMPLES.values());
    return Seeded.property(
        "mutations",
        8,
        random -> {
          for (Received sample : samples) {
            for (int i = 0; i < 20; i++) {
              mutateOnce(random, sample);
            }
          }
        });
  }

  private static void mutateOnce(RandomGenerator random, Received sample) {
    byte[] payload = mutate(random, sample.message().encode());
    byte[] sealed =
        new TestNotary(sample.sender())
            .seal(
                sample.message().type(),
                sample.message().envelopeRound(),
                sample.message().envelopeAttempt(),
                payload);
    try {
      assertThat(Inbox.open(world.notary, sealed).message().encode()).isEqualTo(payload);
    } catch (Refusal expected) {
      assertThat(expected.culprit()).isEqualTo(sample.sender());
      return;
    }
    // it decodes: then both sides refuse it by name or take it, nothing else
    for (Site site : world.sites.values()) {
      Site copy = site.fork();
      TreeMap<String, byte[]> before = new TreeMap<>(copy.disk);
      try {
        copy.handle(sealed);
      } catch (Refusal refused) {
        assertThat(copy.disk).usingRecursiveComparison().isEqualTo(before);
      }
      break;
    }
    List<Acceptor> acceptors =
        List.of(forming::accept, world.epoch::accept, round::accept, round::acceptUpload);
    for (Acceptor acceptor : acceptors) {
      try {
        assertThat(acceptor.accept(sealed)).isNotNull();
      } catch (Refusal refused) {
        assertThat(refused.reason()).isNotNull();
      }
    }
  }

  private interface Acceptor {
    Object accept(byte[] sealed) throws Refusal;
  }

  private static byte[] mutate(RandomGenerator random, byte[] original) {
    byte[] bytes = original.clone();
    switch (random.nextInt(5)) {
      case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      case 2 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(40));
      case 3 -> {
        int at = random.nextInt(bytes.length);
        int count = Math.min(1 + random.nextInt(8), bytes.length - at);
        Arrays.fill(bytes, at, at + count, (byte) (random.nextBoolean() ? 0xff : 0));
      }
      default -> {
        int from = random.nextInt(bytes.length);
        int to = random.nextInt(bytes.length);
        int count = Math.min(16, bytes.length - Math.max(from, to));
        System.arraycopy(original, from, bytes, to, count);
      }
    }
    return bytes;
  }

  @Test
  void hugeCountsCostNothing() {
    byte[] bomb = SAMPLES.get(Checkpoint.TYPE).message().encode();
    int count =
        bomb.length
            - 4
            - ((Checkpoint) SAMPLES.get(Checkpoint.TYPE).message()).signatures().get(0).size()
            - 4;
    Arrays.fill(bomb, count, count + 4, (byte) 0x7f);
    assertThatThrownBy(() -> Checkpoint.decode(bomb))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("at most 256");
  }
}

package org.concordat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.concordat.coordinator.session.Traffic;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.secureagg.message.Survivors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What becomes of each lie where nothing else goes wrong; of one that joins, one that is gone. */
class LiarsTest {
  private static final String LIAR = "m2";
  private static final long SEED = 77;

  /** There is nothing against them that others could check: the sum is impossible, that is all. */
  private static final Set<Lie.Kind> UNNAMED = EnumSet.of(Lie.Kind.NOISE);

  /** There are two statements, or a share, or a deposit, that show it. */
  private static final Set<Lie.Kind> SHOWN =
      EnumSet.of(
          Lie.Kind.TWO_UPLOADS,
          Lie.Kind.SHARE,
          Lie.Kind.VOID_TOO,
          Lie.Kind.TWO_STATES,
          Lie.Kind.DEPOSIT);

  /** The first of two is kept only where it was needed: whether it is shown is a matter of time. */
  private static final Set<Lie.Kind> PERHAPS =
      EnumSet.of(Lie.Kind.TWO_SURVIVOR_SETS, Lie.Kind.TWO_MANIFESTS);

  private static Grounds grounds;
  private static Path root;
  private static Founded founded;

  @BeforeAll
  static void found() throws IOException {
    LogManager.getLogManager().reset();
    grounds = Grounds.of(4);
    root = grounds.root();
    founded = grounds.founded();
  }

  @AfterAll
  static void remove() throws IOException {
    grounds.close();
  }

  @TestFactory
  Stream<DynamicTest> ofEachLieTheOthersGoOnOrSayWhyNot() {
    return Stream.of(Lie.Kind.values())
        .map(kind -> DynamicTest.dynamicTest(kind.name(), () -> told(kind)));
  }

  private static void told(Lie.Kind kind) {
    Simulation.Outcome outcome = run(List.of(), kind, Plan.NEVER, world -> {});
    assertThat(outcome.violations()).isEmpty();
    assertThat(outcome.told()).isEqualTo(Map.of(kind, 1));
    if (UNNAMED.contains(kind)) {
      assertThat(outcome.states()).allMatch(state -> state.contains("nobody is blamed"));
    } else {
      assertThat(outcome.states()).containsExactly("COMPLETED ");
    }
    if (!PERHAPS.contains(kind)) {
      assertThat(outcome.shown()).isEqualTo(SHOWN.contains(kind) ? Set.of(LIAR) : Set.of());
    }
  }

  @Test
  void oneThatJoinsTakesPartInTheNextJob() {
    Simulation.Outcome outcome = run(List.of(), null, 6000, world -> {});
    assertThat(outcome.violations()).isEmpty();
    assertThat(outcome.states()).containsExactly("COMPLETED ", "COMPLETED ");
    assertThat(outcome.counted()).containsExactly("m1", "m2", "m3", "m4", Founded.JOINER);
  }

  @Test
  void withoutOneThatIsGoneTheOthersGoOn() {
    Fault gone = new Fault(Fault.Kind.GONE, "m3", 6000, 0, Fault.NOW, false);
    Simulation.Outcome outcome = run(List.of(gone), null, Plan.NEVER, world -> {});
    assertThat(outcome.violations()).isEmpty();
    assertThat(outcome.states()).containsExactly("COMPLETED ");
  }

  @Test
  void anHonestMemberThatIsBlamedIsFound() {
    assertThat(
            run(List.of(), Lie.Kind.SHARE, Plan.NEVER, world -> world.watch().trust(LIAR))
                .violations())
        .anyMatch(what -> what.startsWith(LIAR + " is honest, and is shown to lie"));
  }

  @Test
  void anUploadThatIsNotHeldAgainstItsRootIsFound() {
    assertThat(
            run(
                    List.of(),
                    null,
                    Plan.NEVER,
                    world ->
                        world
                            .coordinator()
                            .sends(
                                new Spoils(
                                    world.coordinator().sum("any").getParent(), new HashSet<>())))
                .violations())
        .isNotEmpty();
  }

  private static Simulation.Outcome run(
      List<Fault> faults, Lie.@Nullable Kind kind, long joinMillis, Consumer<Simulation> broken) {
    List<Lie> lies = kind == null ? List.of() : List.of(new Lie(kind, LIAR, 0, 24));
    return Simulation.run(
        founded, root, SEED, new Plan(0, 0, 20, 0, 1, faults, lies, joinMillis), broken);
  }

  /**
   * Once it is fixed whose uploads are added up, one of them is another: as if the coordinator had
   * taken what was sent without a look.
   */
  private record Spoils(Path blobs, Set<String> spoilt) implements Traffic {
    @Override
    public List<SessionDown> down(String member, SessionDown message) {
      if (message.hasSealed() && type(message).equals(Survivors.TYPE)) {
        spoil();
      }
      return List.of(message);
    }

    private static String type(SessionDown message) {
      try {
        return Envelope.parseFrom(SignedEnvelope.parseFrom(message.getSealed()).getEnvelope())
            .getPayloadType();
      } catch (InvalidProtocolBufferException impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    private void spoil() {
      try (Stream<Path> files = Files.list(blobs)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          String name = file.getFileName().toString();
          if (name.startsWith("upload-") && name.endsWith("-m1") && spoilt.add(name)) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[1] ^= 0x20;
            Files.write(file, bytes);
          }
        }
      } catch (IOException disk) {
        throw new UncheckedIOException(disk);
      }
    }
  }
}

package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** "Terms": no epoch and no task that deviates from the signed job is answered. */
class TermsTest {
  private static final int ELEMENTS = 50;
  private static final int ROUNDS = 2;
  private static final String EXTRA = "member-006";

  private World world;

  @BeforeEach
  void sixMembersWithTwoColluders() {
    world = new World(6, 2, 31);
    consent(terms(world.cohort.members(), 2));
  }

  private JobTerms terms(List<String> members, int colluders) {
    return new JobTerms(
        World.JOB, World.INITIAL, ROUNDS, members, colluders, ELEMENTS, 8, 0, 10, 1, 100);
  }

  /** All members have consented to exactly this. */
  private void consent(JobTerms terms) {
    for (Site site : world.sites.values()) {
      site.disk.put("job/terms/" + World.JOB, terms.encode());
      site.restart();
    }
  }

  private Refusal refused(byte[] sealed) {
    Site site = world.site(0);
    var before = site.diskCopy();
    Refusal refusal = UnderAttack.refusal(() -> site.handle(sealed));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(Reason.TERMS_MISMATCH);
    assertThat(refusal.culprit()).isEqualTo(World.COORDINATOR);
    assertThat(site.disk).usingRecursiveComparison().isEqualTo(before);
    return refusal;
  }

  private byte[] start(Cohort cohort) {
    return world.seal(new EpochStart(1, cohort, 0, Digest.NONE));
  }

  private Cohort cohort(List<String> members, int colluders, int minSurvivors) {
    return new Cohort(
        world.cohort.alliance(),
        World.ROSTER,
        World.POLICY,
        members,
        World.COORDINATOR,
        colluders,
        minSurvivors);
  }

  /** The pin lets any c from 0 on pass: the site's own rule is weaker than this job. */
  private void pinWeakly() throws Refusal {
    Cohort weak = cohort(world.cohort.members(), 0, Cohort.leastSurvivors(6, 0));
    for (Site site : world.sites.values()) {
      site.apply(m -> m.pin(weak));
    }
  }

  @Test
  void anEpochWithFewerColludersThanTheJobSays() throws Refusal {
    pinWeakly();
    Refusal refusal = refused(start(cohort(world.cohort.members(), 0, 4)));
    assertThat(refusal)
        .hasMessageContaining("job-1 says colluders at least 2")
        .hasMessageContaining("offered is 0");
    assertThat(world.site(0).handle(start(world.cohort))).hasSize(1);
  }

  @Test
  void anEpochWithASmallerSurvivorSetThanTheJobsMembersGive() throws Refusal {
    pinWeakly();
    consent(terms(Stream.concat(world.cohort.members().stream(), more(8)).toList(), 0));
    Refusal refusal = refused(start(cohort(world.cohort.members(), 0, 4)));
    assertThat(refusal).hasMessageContaining("survivors at least 8").hasMessageContaining("is 4");
  }

  private static Stream<String> more(int count) {
    return Stream.iterate(6, i -> i + 1).limit(count).map("member-%03d"::formatted);
  }

  @Test
  void anEpochWithAMemberThatIsNotTheJobs() throws Refusal {
    pinWeakly();
    consent(terms(world.cohort.members().subList(0, 5), 0));
    assertThat(refused(start(cohort(world.cohort.members(), 2, 5))))
        .hasMessageContaining("member-005");
  }

  @Test
  void anEpochForNoJobAtAll() throws Refusal {
    world.site(0).apply(m -> m.endJob(World.JOB));
    assertThat(refused(start(world.cohort))).hasMessageContaining("there is none");
  }

  /** Of two jobs one is enough; a task is still held against its own. */
  @Test
  void anEpochOfAnotherJobDoesNotServeThisOne() throws Refusal {
    pinWeakly();
    Cohort weak = cohort(world.cohort.members(), 0, 4);
    for (Site site : world.sites.values()) {
      site.apply(
          m ->
              m.admitJob(
                  new JobTerms(
                      "weak-job",
                      World.INITIAL,
                      ROUNDS,
                      world.cohort.members(),
                      0,
                      ELEMENTS,
                      8,
                      0,
                      10,
                      1,
                      100)));
    }
    EpochDrill drill = new EpochDrill(world);
    drill.run(weak, 1);
    world.lastManifest = world.epoch.manifest().orElseThrow();
    Refusal refusal = refused(world.seal(task(World.JOB, weak, Q)));
    assertThat(refusal).hasMessageContaining("colluders");
    assertThat(world.site(0).handle(world.seal(task("weak-job", weak, Q)))).isEmpty();
  }

  private static final Quantisation Q = Quantisation.forCohort(8, 6, 10, 1, 100);

  private Task task(String job, Cohort cohort, Quantisation quantisation) {
    return task(job, cohort, 0, Task.Kind.TRAIN, ELEMENTS, quantisation);
  }

  private static Task task(
      String job, Cohort cohort, long round, Task.Kind kind, int elements, Quantisation q) {
    return new Task(
        job,
        round,
        0,
        1,
        (int) round,
        kind,
        World.digest("model"),
        World.INITIAL,
        World.POLICY,
        cohort.digest(),
        elements,
        q,
        List.of());
  }

  record Lie(String field, Task.Kind kind, int elements, Quantisation quantisation) {
    @Override
    public String toString() {
      return field;
    }
  }

  static Stream<Lie> lies() {
    Task.Kind train = Task.Kind.TRAIN;
    return Stream.of(
        new Lie("clip norm", train, ELEMENTS, new Quantisation(16, 8, 1000, 1, 100)),
        new Lie("coordinate bound", train, ELEMENTS, new Quantisation(16, 8, 10, 0.5, 100)),
        new Lie("largest weight", train, ELEMENTS, new Quantisation(16, 8, 10, 1, 101)),
        new Lie("quantisation bits", train, ELEMENTS, new Quantisation(16, 9, 10, 1, 100)),
        new Lie("wire bits", train, ELEMENTS, new Quantisation(24, 8, 10, 1, 100)),
        new Lie("vector length", train, ELEMENTS - 1, Q),
        new Lie("kind of round 1", Task.Kind.EVALUATE, ELEMENTS, Q));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aTaskThatDeviates(Lie lie) throws Refusal {
    world.runEpoch(1, Set.of());
    Task task = task(World.JOB, world.cohort, 0, lie.kind(), lie.elements(), lie.quantisation());
    assertThat(refused(world.seal(task)))
        .hasMessageContaining("job job-1 says " + lie.field())
        .hasMessageContaining("offered is ");
    assertThat(world.site(0).member().openTasks()).isEmpty();
  }

  /** The round after the last training round evaluates, and none comes after it. */
  @Test
  void theEvaluationComesLastAndOnce() throws Refusal {
    world.runEpoch(1, Set.of());
    atRound(ROUNDS);
    refused(world.seal(task(World.JOB, world.cohort, ROUNDS, Task.Kind.TRAIN, ELEMENTS, Q)));
    byte[] last =
        world.seal(task(World.JOB, world.cohort, ROUNDS, Task.Kind.EVALUATE, ELEMENTS, Q));
    assertThat(world.site(0).handle(last)).isEmpty();
    assertThat(world.site(0).member().openTasks()).hasSize(1);
    atRound(ROUNDS + 1);
    Task more = task(World.JOB, world.cohort, ROUNDS + 1, Task.Kind.EVALUATE, ELEMENTS, Q);
    assertThat(refused(world.seal(more))).hasMessageContaining("rounds 3, offered is round 4");
  }

  private void atRound(long round) {
    Site site = world.site(0);
    byte[] state =
        new org.concordat.secureagg.codec.ByteWriter()
            .i64(round - 1)
            .raw(World.INITIAL.bytes())
            .toBytes();
    site.disk.put("job/state/" + World.JOB, state);
    site.restart();
  }

  /** Where the job itself says how words are packed, neither narrower nor wider ones are taken. */
  @Test
  void aTaskPacksWordsAsTheJobSays() throws Refusal {
    consent(
        new JobTerms(
            World.JOB,
            World.INITIAL,
            ROUNDS,
            world.cohort.members(),
            2,
            ELEMENTS,
            8,
            24,
            10,
            1,
            100));
    world.runEpoch(1, Set.of());
    for (int bits : new int[] {16, 32}) {
      Quantisation other = new Quantisation(bits, 8, 10, 1, 100);
      assertThat(refused(world.seal(task(World.JOB, world.cohort, other))))
          .hasMessageContaining("wire bits 24, offered is " + bits);
    }
    Quantisation due = new Quantisation(24, 8, 10, 1, 100);
    assertThat(world.site(0).handle(world.seal(task(World.JOB, world.cohort, due)))).isEmpty();
    assertThat(world.site(0).member().openTasks()).hasSize(1);
  }

  @Test
  void theLongestVectorThatATaskMayHaveIsAdmitted() throws Refusal {
    Site site = world.site(0);
    List<String> members = world.cohort.members();
    site.apply(m -> m.admitJob(made("longest", 1, members, 2, Limits.VECTOR_LENGTH)));
    Refusal refusal =
        UnderAttack.refusal(
            () ->
                site.apply(
                    m -> m.admitJob(made("longer", 1, members, 2, Limits.VECTOR_LENGTH + 1))));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(Reason.TERMS_MISMATCH);
    assertThat(refusal)
        .hasMessageContaining("impossible terms")
        .hasMessageContaining("vector length");
  }

  /** As if this store had asked, and nobody had answered: an epoch or a task serves it no more. */
  @Test
  void aNewStoreIsHeldAgainstTheAnswersAtEveryTask() throws Refusal {
    world.runEpoch(1, Set.of());
    Site site = world.site(0);
    site.disk.put("store/nonce", new byte[32]);
    site.restart();
    Refusal refusal =
        UnderAttack.refusal(() -> site.handle(world.seal(task(World.JOB, world.cohort, Q))));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(Reason.STORE_UNCONFIRMED);
    assertThat(refusal)
        .hasMessageContaining("of 6 members 0 have said")
        .hasMessageContaining("with 2 colluders");
  }

  /** Where cohorts are drawn, those of the own cohort must have answered, for the draw's c. */
  @Test
  void aNewStoreInADrawnCohortIsHeldAgainstTheAnswersOfThatCohort() throws Refusal {
    DrawDrill drill = new DrawDrill(12, 1, 6);
    Drawn drawn = drill.draw();
    World one = new World(drawn.cohorts(drill.alliance).get(0), drill.sites);
    Site site = one.site(0);
    JobTerms terms = made(World.JOB, 1, drill.alliance.members(), 1, 100);
    site.disk.put("job/terms/" + World.JOB, terms.encode());
    site.disk.put("store/nonce", new byte[32]);
    site.restart();
    byte[] start = one.seal(new EpochStart(1, one.cohort, 0, Digest.NONE));
    Refusal refusal = UnderAttack.refusal(() -> site.handle(start));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(Reason.STORE_UNCONFIRMED);
    assertThat(refusal)
        .hasMessageContaining("of " + one.cohort.size() + " members 0 have said")
        .hasMessageContaining("with " + one.cohort.colluders() + " colluders");
    for (int other = 1; other < one.cohort.size(); other++) {
      site.disk.put("store/answered/" + one.site(other).name, new byte[0]);
    }
    site.restart();
    assertThat(site.handle(start)).hasSize(1);
  }

  /** A draw of a single cohort is no reason to take fewer survivors than the job's members give. */
  @Test
  void aDrawOfOneCohortIsHeldAgainstTheJobsOwnNumbers() throws Refusal {
    DrawDrill drill = new DrawDrill(6, 0, 6);
    Drawn drawn = drill.draw();
    assertThat(drawn.count()).isEqualTo(1);
    World one = new World(drawn.cohorts(drill.alliance).get(0), drill.sites);
    Site site = one.site(0);
    List<String> more = Stream.concat(one.cohort.members().stream(), more(8)).toList();
    site.disk.put("job/terms/" + World.JOB, made(World.JOB, 1, more, 0, 100).encode());
    site.restart();
    byte[] start = one.seal(new EpochStart(1, one.cohort, 0, Digest.NONE));
    Refusal refusal = UnderAttack.refusal(() -> site.handle(start));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(Reason.TERMS_MISMATCH);
    assertThat(refusal).hasMessageContaining("survivors at least 8");
  }

  @Test
  void aJobIsAdmittedOnceWithOneSetOfTerms() throws Refusal {
    Site site = world.site(0);
    site.apply(m -> m.admitJob(terms(world.cohort.members(), 2)));
    Refusal refusal =
        UnderAttack.refusal(() -> site.apply(m -> m.admitJob(terms(world.cohort.members(), 1))));
    assertThat(refusal.reason()).isEqualTo(Reason.TERMS_MISMATCH);
  }

  @Test
  void termsThatNoTaskCanMeetAreNotAdmitted() {
    Site site = world.site(0);
    JobTerms tooWide =
        new JobTerms(
            "job-2", World.INITIAL, 1, world.cohort.members(), 2, ELEMENTS, 24, 16, 10, 1, 100);
    JobTerms clipBelowTheBound =
        new JobTerms(
            "job-3", World.INITIAL, 1, world.cohort.members(), 2, ELEMENTS, 8, 0, 0.5, 1, 100);
    for (JobTerms terms : List.of(tooWide, clipBelowTheBound)) {
      Refusal refusal = UnderAttack.refusal(() -> site.apply(m -> m.admitJob(terms)));
      assertThat(refusal.reason()).isEqualTo(Reason.TERMS_MISMATCH);
      assertThat(refusal).hasMessageContaining("impossible terms");
    }
  }

  @Test
  void termsThatAreNone() {
    List<String> members = world.cohort.members();
    for (ThrowingCallable none :
        List.<ThrowingCallable>of(
            () -> made("", 1, members, 0, 1),
            () -> made("j", -1, members, 0, 1),
            () -> made("j", 1, List.of("b", "a"), 0, 1),
            () -> made("j", 1, List.of("a", "a"), 0, 1),
            () -> made("j", 1, List.of(""), 0, 1),
            () -> made("j", 1, members, -1, 1),
            () -> made("j", 1, members, 0, 0))) {
      assertThatThrownBy(none).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(made("j", 0, members, 0, 1).minSurvivors()).isEqualTo(4);
    byte[] longer = Arrays.copyOf(made("j", 0, members, 0, 1).encode(), 1000);
    assertThatThrownBy(() -> JobTerms.decode(longer)).isInstanceOf(IllegalArgumentException.class);
  }

  private static JobTerms made(
      String job, int rounds, List<String> members, int colluders, int length) {
    return new JobTerms(job, World.INITIAL, rounds, members, colluders, length, 8, 0, 10, 1, 100);
  }

  /** Where cohorts are drawn, the job's colluders are held against the draw's K. */
  @Test
  void aDrawForFewerColludersThanTheJobSays() throws Refusal {
    DrawDrill drill = new DrawDrill(12, 1, 6);
    Drawn drawn = drill.draw();
    World one = new World(drawn.cohorts(drill.alliance).get(0), drill.sites);
    byte[] start = one.seal(new EpochStart(1, one.cohort, 0, Digest.NONE));
    Site site = one.site(0);
    for (int colluders = 1; colluders <= 2; colluders++) {
      JobTerms terms = made(World.JOB, 1, drill.alliance.members(), colluders, 100);
      site.disk.put("job/terms/" + World.JOB, terms.encode());
      site.restart();
      if (colluders == 2) {
        Refusal refusal = UnderAttack.refusal(() -> site.handle(start));
        assertThat(refusal.reason()).isEqualTo(Reason.TERMS_MISMATCH);
        assertThat(refusal).hasMessageContaining("colluders of the draw at least 2, offered is 1");
      } else {
        assertThat(site.handle(start)).hasSize(1);
        site.disk.keySet().removeIf(key -> key.startsWith("forming") || key.contains("started"));
      }
    }
  }

  @Test
  void termsAreReadBack() {
    JobTerms terms = terms(List.of("a", EXTRA), 1);
    assertThat(JobTerms.decode(terms.encode())).isEqualTo(terms);
  }
}

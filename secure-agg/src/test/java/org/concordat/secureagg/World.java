package org.concordat.secureagg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.kernel.Accumulator;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.kernel.Ring;
import org.concordat.secureagg.kernel.Unmasker;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.secureagg.step.Action;
import org.concordat.secureagg.step.Notice;
import org.concordat.testkit.TestRandom;

/** n sites and a coordinator in one thread, without a network. */
public final class World {
  public static final String COORDINATOR = "zz-coordinator";
  public static final String JOB = "job-1";
  public static final Digest ROSTER = digest("roster");
  public static final Digest POLICY = digest("policy");
  public static final Quantisation QUANTISATION = new Quantisation(32, 8, 10, 1, 100);
  public static final Digest INITIAL = digest("initial-state");

  public final Cohort cohort;
  public final Map<String, Site> sites = new TreeMap<>();
  public final TestNotary notary = new TestNotary(COORDINATOR);
  public EpochServer epoch;
  public Manifest lastManifest;
  public final List<byte[]> epochLog = new ArrayList<>();

  /** Bytes of uploads by member, for the last round. */
  public final Map<String, byte[]> wires = new HashMap<>();

  public World(int n, int colluders, long seed) {
    List<String> names = IntStream.range(0, n).mapToObj(i -> "member-%03d".formatted(i)).toList();
    cohort = Cohort.of("alliance", ROSTER, POLICY, names, COORDINATOR, colluders);
    for (String name : names) {
      sites.put(name, new Site(name, seed * 1000 + names.indexOf(name)));
    }
    try {
      for (Site site : sites.values()) {
        site.apply(m -> m.pin(cohort));
        site.apply(m -> m.admitJob(terms(JOB, cohort, 100, QUANTISATION)));
      }
    } catch (Refusal e) {
      throw new AssertionError(e);
    }
  }

  /** One cohort of several: the sites have pinned it and admitted the job. */
  public World(Cohort cohort, Map<String, Site> all) {
    this.cohort = cohort;
    cohort.members().forEach(member -> sites.put(member, all.get(member)));
  }

  private World(World other) {
    cohort = other.cohort;
    epoch = other.epoch;
    lastManifest = other.lastManifest;
    other.sites.forEach((name, site) -> sites.put(name, site.fork()));
  }

  /** The same epoch and the same disks; what happens from here on happens to the copy only. */
  public World fork() {
    return new World(this);
  }

  public static Digest digest(String text) {
    return Digest.sha256(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  public Site site(int index) {
    return sites.get(cohort.members().get(index));
  }

  public byte[] seal(Message message) {
    return Inbox.seal(notary, message).toArray();
  }

  /** A whole epoch with these members away. */
  public void runEpoch(long number, Set<Integer> away) throws Refusal {
    EpochServer.Phase before = null;
    epoch = EpochServer.start(cohort, number, lastManifest, notary);
    while (epoch.phase() != EpochServer.Phase.CERTIFIED) {
      if (epoch.phase() == before) {
        epoch = epoch.closeStep();
      }
      before = epoch.phase();
      exchange(away);
    }
    exchange(away);
    lastManifest = epoch.manifest().orElseThrow();
  }

  /** One flight to each present member and back. */
  public void exchange(Set<Integer> away) throws Refusal {
    EpochServer.Phase phase = epoch.phase();
    Map<Site, List<byte[]>> flight = new HashMap<>();
    for (Site site : sites.values()) {
      if (!away.contains(cohort.indexOf(site.name))) {
        flight.put(site, epoch.outgoing(site.name));
      }
    }
    for (Site site : sites.values()) {
      for (byte[] message : flight.getOrDefault(site, List.of())) {
        for (byte[] answer : site.handle(message)) {
          epochLog.add(answer);
          epoch = epoch.accept(answer);
        }
      }
    }
    if (phase == EpochServer.Phase.CERTIFIED) {
      return;
    }
  }

  /** A job of the cohort's members with training rounds enough for any test. */
  public static JobTerms terms(String job, Cohort cohort, int m, Quantisation quantisation) {
    return new JobTerms(
        job,
        INITIAL,
        10_000,
        cohort.members(),
        cohort.colluders(),
        m,
        quantisation.quantBits(),
        quantisation.wireBits(),
        quantisation.clipNormL2(),
        quantisation.coordinateBound(),
        quantisation.maxWeight());
  }

  /** What the survivors themselves have signed of their uploads. */
  public List<Bytes> commitments(Survivors set) {
    return set.uploads().stream()
        .map(
            one ->
                Inbox.seal(
                    new TestNotary(cohort.members().get(one.index())),
                    new UploadCommitment(set.ref(), one.root(), 1)))
        .toList();
  }

  /** As if the members had consented to another vector and quantisation from the start. */
  private void consent(int m, Quantisation quantisation) {
    byte[] terms = terms(JOB, cohort, m, quantisation).encode();
    for (Site site : sites.values()) {
      if (!Arrays.equals(terms, site.disk.put("job/terms/" + JOB, terms))) {
        site.restart();
      }
    }
  }

  public Task task(long round, int attempt, int token, int m, Digest base, List<Bytes> quorums) {
    Quantisation quantisation = Quantisation.forCohort(8, cohort.size(), 10, 1, 100);
    return task(round, attempt, token, m, base, quantisation, quorums);
  }

  public Task task(
      long round,
      int attempt,
      int token,
      int m,
      Digest base,
      Quantisation quantisation,
      List<Bytes> quorums) {
    consent(m, quantisation);
    return new Task(
        JOB,
        round,
        attempt,
        lastManifest.epoch(),
        token,
        Task.Kind.TRAIN,
        digest("model-" + round),
        base,
        POLICY,
        cohort.digest(),
        m,
        quantisation,
        quorums);
  }

  public RoundServer startRound(Task task) {
    wires.clear();
    return RoundServer.start(epoch, task, notary);
  }

  /**
   * Sends everything due to these members; answers are accepted, tasks are answered with uploads.
   */
  public RoundServer flight(RoundServer round, Set<Integer> away) throws Refusal {
    RoundServer next = round;
    for (Site site : sites.values()) {
      if (away.contains(cohort.indexOf(site.name))) {
        continue;
      }
      for (byte[] message : round.outgoing(site.name)) {
        for (byte[] answer : site.handle(message)) {
          next = next.accept(answer);
        }
      }
      Task task = round.task();
      if (round.phase() == RoundServer.Phase.COLLECTING
          && site.member().openTasks().contains(core(task))) {
        next = upload(next, site, update(site.name, task), weight(site.name));
      }
    }
    return next;
  }

  private static Task core(Task task) {
    return Task.ofCore(task.core());
  }

  public RoundServer upload(RoundServer round, Site site, double[] update, double weight)
      throws Refusal {
    site.uploads.clear();
    site.apply(m -> m.protect(round.task().digest(), update, weight));
    return deliver(round, site);
  }

  /** Takes the site's pending upload to the server, with the check that intake makes. */
  public RoundServer deliver(RoundServer round, Site site) throws Refusal {
    Action.Upload upload = site.uploads.get(site.uploads.size() - 1);
    byte[] wire = site.blobs.get(upload.blobKey());
    wires.put(site.name, wire);
    return round.acceptUpload(upload.sealedCommitment().toArray());
  }

  public double[] update(String name, Task task) {
    double[] update = new double[task.vectorLength()];
    TestRandom random = new TestRandom(name.hashCode() * 31L + task.round());
    for (int i = 0; i < update.length; i++) {
      update[i] = (random.nextInt() >> 8) * 0x1p-23;
    }
    return update;
  }

  public double weight(String name) {
    return 1 + cohort.indexOf(name);
  }

  /** Sums exactly the survivors' uploads and unmasks. */
  public int[] sum(RoundServer round) throws Refusal {
    Task task = round.task();
    int bits = task.quantisation().wireBits();
    Accumulator accumulator = new Accumulator(bits, 0, task.elements());
    for (String survivor : round.survivors()) {
      accumulator.fold(0, wires.get(survivor), 0, task.elements());
    }
    int[] sum = accumulator.sum();
    Unmasker.unmask(bits, sum, 0, round.unmaskingInput(), 1);
    return sum;
  }

  /** From frozen uploads to the certified checkpoint. */
  public RoundServer finish(RoundServer started, Set<Integer> away, Digest next) throws Refusal {
    RoundServer round = flight(started.freezeSurvivors(), away).chooseCertificate();
    round = flight(round, away);
    int[] sum = sum(round);
    round = round.result(MerkleRoot.ofWords(sum), next);
    round = flight(round, away);
    for (Site site : sites.values()) {
      if (!away.contains(cohort.indexOf(site.name))) {
        for (byte[] answer : site.apply(m -> m.adopt(started.task().digest(), sum.clone(), next))) {
          round = round.accept(answer);
        }
      }
    }
    return round;
  }

  /**
   * The exact ring sum of what the members quantised: from their y minus their masks is not
   * visible, so sums are compared with plain sums of rounded values within rounding.
   */
  public static double maxError(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElse(0);
  }

  public static boolean same(int[] a, int[] b) {
    return Arrays.equals(a, b);
  }

  public static int[] words(byte[] wire, int bits) {
    int[] words = new int[wire.length * 8 / bits];
    Ring.accumulate(bits, words, 0, wire, 0, words.length);
    return words;
  }

  public boolean noticed(Site site, Class<? extends Notice> type) {
    return !site.noticed(type).isEmpty();
  }
}

package org.concordat.coordinator.round;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.JobTerms;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.kernel.Accumulator;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.kernel.Unmasker;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.step.Action;

/** Four members (T = 3, N_min = 3) with a certified epoch, without a network. */
public final class RoundWorld {
  public static final String JOB = "job-1";
  public static final String COORDINATOR = "zz-coordinator";
  public static final List<String> NAMES = List.of("m0", "m1", "m2", "m3");
  public static final Digest INITIAL = digest("initial");
  public static final Digest NEXT = digest("next");
  public static final int VECTOR = 20;

  private static final JobTerms TERMS =
      new JobTerms(JOB, INITIAL, 100, NAMES, 0, VECTOR, 8, 0, 10, 1, 100);

  public final HashNotary notary = new HashNotary(COORDINATOR);
  public final Map<String, TestSite> sites = new TreeMap<>();
  public final EpochServer epoch;
  public final Map<String, byte[]> wires = new HashMap<>();

  public RoundWorld() {
    this(Set.of());
  }

  /**
   * @param absent members that take no part in the epoch
   */
  RoundWorld(Set<String> absent) {
    Cohort cohort =
        Cohort.of("alliance", digest("roster"), digest("policy"), NAMES, COORDINATOR, 0);
    try {
      for (String name : NAMES) {
        TestSite site = new TestSite(name, NAMES.indexOf(name) + 1);
        site.apply(member -> member.pin(cohort));
        site.apply(member -> member.admitJob(TERMS));
        sites.put(name, site);
      }
      epoch = certified(cohort, absent);
    } catch (Refusal refusal) {
      throw new AssertionError(refusal);
    }
  }

  static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private EpochServer certified(Cohort cohort, Set<String> absent) throws Refusal {
    EpochServer server = EpochServer.start(cohort, 1, null, notary);
    EpochServer.Phase before = null;
    while (server.phase() != EpochServer.Phase.CERTIFIED) {
      if (server.phase() == before) {
        server = server.closeStep();
      }
      before = server.phase();
      server = exchange(server, absent);
    }
    return exchange(server, absent);
  }

  private EpochServer exchange(EpochServer server, Set<String> absent) throws Refusal {
    Map<TestSite, List<byte[]>> flight = new HashMap<>();
    for (TestSite site : sites.values()) {
      if (!absent.contains(site.name)) {
        flight.put(site, server.outgoing(site.name));
      }
    }
    EpochServer next = server;
    for (Map.Entry<TestSite, List<byte[]>> sent : flight.entrySet()) {
      for (byte[] message : sent.getValue()) {
        for (byte[] answer : sent.getKey().apply(member -> member.handle(message))) {
          next = next.accept(answer);
        }
      }
    }
    return next;
  }

  public Round.Epochs epochs() {
    return number -> {
      if (number != 1) {
        throw new IllegalStateException("no epoch " + number);
      }
      return epoch;
    };
  }

  public Task task(int attempt, int token, List<Bytes> quorums) {
    return new Task(
        JOB,
        0,
        attempt,
        1,
        token,
        Task.Kind.TRAIN,
        digest("model"),
        INITIAL,
        digest("policy"),
        epoch.cohort().digest(),
        VECTOR,
        Quantisation.forCohort(8, NAMES.size(), 10, 1, 100),
        quorums);
  }

  /** What a member answers to everything that it is due now. */
  public List<byte[]> answers(Round round, String name) throws Refusal {
    List<byte[]> answers = new ArrayList<>();
    for (byte[] message : round.server().outgoing(name)) {
      answers.addAll(sites.get(name).apply(member -> member.handle(message)));
    }
    return answers;
  }

  /** The member takes the task and masks its update; the message that intake would bring. */
  public RoundMessage.UploadStored upload(Round round, String name) throws Refusal {
    return upload(round, name, 0.1 * (1 + NAMES.indexOf(name)));
  }

  /**
   * @param value of each coordinate of the update
   */
  public RoundMessage.UploadStored upload(Round round, String name, double value) throws Refusal {
    answers(round, name);
    TestSite site = sites.get(name);
    double[] update = new double[VECTOR];
    java.util.Arrays.fill(update, value);
    site.apply(member -> member.protect(round.task().digest(), update, 1));
    Action.Upload upload = site.uploads.get(site.uploads.size() - 1);
    wires.put(name, site.blobs.get(upload.blobKey()));
    return new RoundMessage.UploadStored(name, upload.sealedCommitment().toArray());
  }

  /** The member takes the task and gives it up. */
  public RoundMessage.FromMember decline(Round round, String name) throws Refusal {
    answers(round, name);
    byte[] sealed =
        sites.get(name).apply(member -> member.giveUp(round.task().digest(), "no data")).get(0);
    return new RoundMessage.FromMember(name, sealed);
  }

  /** The survivors' sum, unmasked. */
  int[] sum(Round round) throws Refusal {
    Task task = round.task();
    int bits = task.quantisation().wireBits();
    Accumulator accumulator = new Accumulator(bits, 0, task.elements());
    for (String survivor : round.server().survivors()) {
      accumulator.fold(0, wires.get(survivor), 0, task.elements());
    }
    Unmasker.unmask(bits, accumulator.sum(), 0, round.server().unmaskingInput(), 1);
    return accumulator.sum();
  }

  public RoundMessage.Applied applied(Round round) throws Refusal {
    return new RoundMessage.Applied(
        MerkleRoot.ofWords(sum(round)), digest("next-model"), NEXT, 0.5, 0.75, 4);
  }

  /** The state signature of a member that has the result and the sum. */
  public RoundMessage.FromMember adopt(Round round, String name) throws Refusal {
    answers(round, name);
    int[] sum = sum(round);
    byte[] sealed =
        sites.get(name).apply(member -> member.adopt(round.task().digest(), sum, NEXT)).get(0);
    return new RoundMessage.FromMember(name, sealed);
  }
}

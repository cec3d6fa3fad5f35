package org.concordat.coordinator.epoch;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.concordat.coordinator.round.HashNotary;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEffect;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundMessage;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.session.Sessions;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.JobTerms;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.store.Database;
import org.concordat.store.Outbox;
import org.concordat.store.SqlEntries;
import org.concordat.store.SqlEventStore;
import org.concordat.store.SqlOutbox;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;

/**
 * Four real members, the epochs and rounds of a coordinator with its store, and what lies between
 * them in the coordinator, without a network. Restartable at every effect.
 */
final class Alliance implements EpochKeeper.Listener, RoundEngine.EffectRunner, AutoCloseable {
  /** What a member sends instead of its answer. */
  interface Tamper {
    List<byte[]> answer(EpochSite site, byte[] sealed, Message message) throws Refusal;
  }

  static final Instant START = Instant.parse("2026-11-21T09:00:00Z");
  static final String COORDINATOR = "zz-coordinator";
  static final List<String> NAMES = List.of("m0", "m1", "m2", "m3");
  static final Cohort COHORT =
      Cohort.of(
          "alliance",
          Digest.sha256(new byte[] {1}),
          Digest.sha256(new byte[] {2}),
          NAMES,
          COORDINATOR,
          0);
  static final Digest INITIAL = Digest.sha256(new byte[] {3});
  static final Digest MODEL = Digest.sha256(new byte[] {4});
  private static final int VECTOR = 20;

  final HashNotary notary = new HashNotary(COORDINATOR);
  final Map<String, EpochSite> sites = new TreeMap<>();
  final List<Refusal> refusals = new ArrayList<>();
  final List<Refusal> ofSites = new ArrayList<>();
  final List<Lie> told = new ArrayList<>();
  final List<EpochServer> certified = new ArrayList<>();
  final List<EpochServer> failed = new ArrayList<>();
  final Set<String> away = new HashSet<>();
  final SettableClock clock = new SettableClock(START);
  private final Path directory;
  private final List<RoundMessage> internal = new ArrayList<>();
  Tamper ofMembers = (site, bytes, message) -> List.of(bytes);
  Tamper ofCoordinator = ofMembers;
  String crashAt = "";
  EpochKeeper keeper;
  RoundEngine engine;
  Sessions sessions;
  private Database database;

  Alliance(Path directory) throws Refusal {
    this.directory = directory;
    for (String name : NAMES) {
      EpochSite site = new EpochSite(name);
      site.apply(member -> member.pin(COHORT));
      site.apply(member -> member.admitJob(terms("job-of-the-set-up")));
      sites.put(name, site);
    }
    open();
  }

  private void open() {
    database = Database.open(StoreLocation.sqlite(directory.resolve("state")));
    sessions = new Sessions(1 << 20, clock);
    keeper =
        new EpochKeeper(
            new SqlEntries(database), sessions, notary, clock, Duration.ofSeconds(10), this);
    engine =
        new RoundEngine(
            new SqlEventStore(database),
            new SqlOutbox(database),
            keeper::find,
            notary,
            clock,
            point -> {});
    engine.attach(this, job -> {});
    sites.forEach(
        (name, site) ->
            sessions.open(new Sessions.Session(name, site, START, START.plusSeconds(3600))));
  }

  /** The coordinator is killed and comes back; everybody connects again. */
  void restart() throws Refusal {
    database.close();
    sites.values().forEach(site -> site.inbox.clear());
    internal.clear();
    crashAt = "";
    open();
    engine.drain();
    sites.keySet().forEach(keeper::tell);
    engine.open().values().forEach(round -> NAMES.forEach(name -> tell(round, name)));
    settle();
  }

  @Override
  public void close() {
    database.close();
  }

  EpochSite site(String name) {
    return java.util.Objects.requireNonNull(sites.get(name));
  }

  /** An epoch for whoever is eligible now, certified; its next token. */
  int token() throws Refusal {
    Optional<Integer> token = keeper.token(keeper.eligible(COHORT));
    settle();
    return token.isPresent() ? token.get() : keeper.token(keeper.eligible(COHORT)).orElseThrow();
  }

  /** Opens a round of a job that every member has agreed to. */
  Round open(String job, Digest model) throws Refusal {
    int token = token();
    for (EpochSite site : sites.values()) {
      site.apply(member -> member.admitJob(terms(job)));
    }
    Task task = task(job, model, token, List.of());
    engine.open(task);
    settle();
    return round(job);
  }

  static JobTerms terms(String job) {
    return new JobTerms(job, INITIAL, 100, NAMES, 0, VECTOR, 8, 0, 10, 1, 100);
  }

  Task task(String job, Digest model, int token, List<Bytes> quorums) {
    EpochServer epoch = keeper.certified().orElseThrow();
    return new Task(
        job,
        0,
        quorums.size(),
        epoch.number(),
        token,
        Task.Kind.TRAIN,
        model,
        INITIAL,
        epoch.cohort().policyDigest(),
        epoch.cohort().digest(),
        VECTOR,
        Quantisation.forCohort(8, epoch.cohort().size(), 10, 1, 100),
        quorums);
  }

  Round round(String job) {
    return java.util.Objects.requireNonNull(engine.open().get(StreamId.of(job, 0)));
  }

  /** Uploads of these members; the survivors are frozen when the others are said to be gone. */
  void upload(String job, String... names) throws Refusal {
    for (String name : names) {
      EpochSite site = site(name);
      site.apply(member -> member.protect(round(job).task().digest(), new double[VECTOR], 1));
      byte[] sealed = site.commitments.get(site.commitments.size() - 1);
      give(job, new RoundMessage.UploadStored(name, sealed));
    }
    Set<String> here = Set.of(names);
    give(
        job,
        new RoundMessage.Tick(
            name -> !here.contains(name), Duration.ofHours(1), Duration.ofHours(1)));
    settle();
  }

  /** As the conductor does it: whose message is refused is asked what it shows. */
  void give(String job, RoundMessage message) {
    Round round = round(job);
    try {
      engine.handle(round.stream(), message);
    } catch (Refusal refusal) {
      refusals.add(refusal);
      if (message instanceof RoundMessage.FromMember from) {
        round.server().proof(from.sealed()).ifPresent(keeper::convict);
      } else if (message instanceof RoundMessage.UploadStored stored) {
        round.server().proof(stored.sealedCommitment()).ifPresent(keeper::convict);
      }
    }
  }

  /** Carries messages both ways until nothing moves. */
  void settle() throws Refusal {
    boolean moved = true;
    while (moved) {
      moved = !internal.isEmpty();
      for (RoundMessage message : List.copyOf(internal)) {
        engine.open().keySet().stream().toList().forEach(stream -> giveTo(stream, message));
      }
      internal.clear();
      for (EpochSite site : sites.values()) {
        while (!site.inbox.isEmpty() && !away.contains(site.name)) {
          deliver(site, site.inbox.remove());
          moved = true;
        }
      }
    }
  }

  private void giveTo(StreamId stream, RoundMessage message) {
    try {
      engine.handle(stream, message);
    } catch (Refusal refusal) {
      throw new AssertionError(refusal);
    }
  }

  Database database() {
    return database;
  }

  private void deliver(EpochSite site, byte[] sealed) throws Refusal {
    Message received = Inbox.open(notary, sealed).message();
    for (byte[] bytes : ofCoordinator.answer(site, sealed, received)) {
      handled(site, bytes);
    }
  }

  private void handled(EpochSite site, byte[] sealed) throws Refusal {
    for (byte[] answer : answers(site, sealed)) {
      Message message = Inbox.open(notary, answer).message();
      for (byte[] sent : ofMembers.answer(site, answer, message)) {
        receive(site.name, sent);
      }
    }
  }

  private List<byte[]> answers(EpochSite site, byte[] sealed) {
    try {
      return site.apply(member -> member.handle(sealed));
    } catch (Refusal refusal) {
      ofSites.add(refusal);
      return List.of();
    }
  }

  void receive(String member, byte[] sealed) throws Refusal {
    Message message = Inbox.open(notary, sealed).message();
    if (message instanceof EpochMessage || EpochServer.MEMBER_TYPES.contains(message.type())) {
      keeper.received(member, sealed);
    } else {
      for (Round round : List.copyOf(engine.open().values())) {
        give(round.task().job(), new RoundMessage.FromMember(member, sealed));
      }
    }
  }

  private void tell(Round round, String member) {
    round.server().outgoing(member).forEach(message -> sessions.send(member, message));
  }

  @Override
  public void log(List<Outbox.Entry> entries) {}

  @Override
  public void run(RoundEffect effect, String target, Round round) {
    if (effect.stored().equals(crashAt)) {
      throw new IllegalStateException("crash at " + crashAt);
    }
    switch (effect) {
      case TELL -> tell(round, target);
      case TASKS_SENT -> internal.add(new RoundMessage.TasksSent());
      case BLAME -> round.server().evidence().forEach(keeper::convict);
      case COMBINE -> internal.add(combined(round));
      default -> {}
    }
  }

  private static RoundMessage combined(Round round) {
    try {
      round.server().unmaskingInput();
      return new RoundMessage.Applied(MODEL, MODEL, MODEL, 0, 0, 1);
    } catch (Refusal refusal) {
      return new RoundMessage.CannotApply(String.valueOf(refusal.getMessage()));
    }
  }

  @Override
  public void certified(EpochServer epoch) {
    certified.add(epoch);
  }

  @Override
  public void failed(EpochServer epoch) {
    failed.add(epoch);
  }

  @Override
  public void proven(Lie lie) {
    told.add(lie);
  }

  @Override
  public void refused(String member, Refusal refusal) {
    refusals.add(refusal);
  }
}

package org.concordat.coordinator.job;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.concordat.auditlog.LogSigner;
import org.concordat.certs.AllianceDomain;
import org.concordat.certs.AllianceName;
import org.concordat.certs.CaLifetimes;
import org.concordat.certs.Country;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.DocumentKind;
import org.concordat.certs.Genesis;
import org.concordat.certs.GenesisDraft;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.LogVkey;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChange;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.MemberFacts;
import org.concordat.coordinator.model.ModelRegistry;
import org.concordat.coordinator.session.FakeStream;
import org.concordat.coordinator.session.Sessions;
import org.concordat.iam.EnvelopeNotary;
import org.concordat.jurisdictions.Policy;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.Consent;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.Optimizer;
import org.concordat.protocol.v1.SecureAggregationPlan;
import org.concordat.protocol.v1.SubmitJobReply;
import org.concordat.protocol.v1.TrainingPlan;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.store.Blobs;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;

/** What a coordinator knows of jobs, with its real store and log; restartable. No agents run. */
public final class Office implements AutoCloseable {
  public static final Instant START = Instant.parse("2026-11-30T09:00:00Z");
  static final Duration CONSENT_WAIT = Duration.ofMinutes(10);
  public static final List<String> AGENTS = List.of("boston", "budapest", "cleveland", "zurich");

  /** A policy that permits what medical research needs. */
  public static final String OPEN =
      """
      format: 1
      policy: open
      version: 1
      rules:
        - id: everybody
          effect: permit
          actions: [dispatch, train, submit, reveal, aggregate, evaluate, release]
          when: {fact: member, present: true}
          because: a test
      tests:
        - name: everybody takes part
          action: submit
          now: 2026-11-21T12:00:00Z
          alliance: {purpose: medical-research}
          members:
            zurich: {member: {value: zurich, source: roster}}
          expect: allowed
      """;

  private static final Map<String, String> COUNTRIES =
      Map.of("boston", "US", "cleveland", "US", "zurich", "CH");

  public final SettableClock clock = new SettableClock(START);
  public final Genesis genesis;
  private final Path home;
  private final Map<String, ParticipantKeys> keys = new LinkedHashMap<>();
  private Database database;
  public Entries entries;
  public Directory directory;
  public Notary notary;
  public AuditTrail audit;
  public Sessions sessions;
  public MemberFacts stated;
  public AlliancePolicy policy;
  public JobBook book;
  public Jobs jobs;
  public CohortPlan plan;
  public Consenting consenting;
  private Submissions submissions;

  public Office(Path root, String policy) {
    this.home = root.resolve("coordinator");
    make(home.resolve("keys"));
    LogSigner signer = LogSigner.create(home.resolve(AuditTrail.KEY_FILE), "test.example/audit");
    List<MemberRequest> founders = new ArrayList<>();
    for (String agent : AGENTS) {
      founders.add(request(root, agent, Set.of(Role.AGENT, Role.MEMBER_ADMIN), null));
    }
    founders.add(
        request(
            root, "coordinator", Set.of(Role.COORDINATOR), new LogVkey(signer.vkey().toString())));
    founders.add(request(root, "operator", Set.of(Role.OPERATOR), null));
    founders.add(request(root, "auditor", Set.of(Role.AUDITOR), null));
    founders.add(request(root, "ada", Set.of(Role.APPROVER), null));
    OfflineCa ca =
        OfflineCa.create(
            root.resolve("ca"),
            new AllianceName("test"),
            new AllianceDomain("test.example"),
            Set.of(new Jurisdiction("us"), new Jurisdiction("eu"), new Jurisdiction("ch")),
            CaLifetimes.DEFAULT,
            clock);
    byte[] canonical =
        Policy.parse(Path.of("policy.yaml"), policy.getBytes(StandardCharsets.UTF_8))
            .canonicalJson();
    GenesisDraft draft = ca.draftGenesis(founders, canonical, 0, clock);
    for (String agent : AGENTS) {
      draft = draft.addSignature(draft.sign(keys.get(agent)));
    }
    genesis = draft.seal();
    open();
  }

  private MemberRequest request(Path root, String who, Set<Role> roles, LogVkey log) {
    ParticipantKeys own = ParticipantKeys.create(root.resolve("keys-" + who));
    keys.put(who, own);
    String code = COUNTRIES.getOrDefault(who, "DE");
    String jurisdiction = code.equals("DE") ? "eu" : code.toLowerCase(java.util.Locale.ROOT);
    return MemberRequest.make(
        new MemberProfile(
            new MemberId(who),
            new Jurisdiction(jurisdiction),
            new Country(code),
            new Country(code),
            roles,
            null,
            log,
            null),
        own,
        clock);
  }

  private static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void open() {
    database = Database.open(StoreLocation.sqlite(home.resolve("state")));
    entries = new SqlEntries(database);
    Blobs blobs = new Blobs(home.resolve("state/blobs"));
    directory = new Directory(genesis, entries, new DocumentFiles(home), clock);
    sessions = new Sessions(1 << 20, clock);
    notary =
        new EnvelopeNotary(
            new Envelopes("test", "coordinator", keys.get("coordinator")::sign, directory, 1),
            directory::chain);
    audit = AuditTrail.open(home, genesis, entries, clock);
    stated = new MemberFacts(directory, notary, entries, clock);
    policy = new AlliancePolicy(directory, stated, "coordinator", audit, clock);
    book = new JobBook(entries);
    plan = new CohortPlan(directory, "coordinator", 250, OptionalInt.empty());
    jobs = new Jobs(book, sessions, audit, clock, "coordinator");
    submissions = new Submissions(book, jobs, directory, notary, policy, audit, plan);
    consenting =
        new Consenting(
            book,
            directory,
            sessions,
            new ConsentCheck(notary, directory, policy, plan, audit),
            new JobStart(
                book,
                jobs,
                plan,
                new Publication(
                    new ModelRegistry(entries, blobs), audit, policy, directory, "concordat/test"),
                blobs,
                clock),
            clock,
            CONSENT_WAIT);
  }

  /** The coordinator ends and comes back; nobody is connected. */
  public void restart() {
    close();
    open();
  }

  /** All agents put a document in force. */
  public void putInForce(DocumentKind kind, int version, byte[] document) {
    RosterChange.Document change =
        new RosterChange.Document(kind, version, Sha256.of(document), "a test");
    directory.documents().take(change, document);
    Roster current = directory.roster();
    Roster next = change.next(current);
    for (String agent : AGENTS) {
      if (directory.roster().equals(current)) {
        directory.change(change, next.approve(current, keys.get(agent)));
      }
    }
  }

  void connect(String member) {
    Sessions.Session session =
        new Sessions.Session(
            member, new FakeStream(), clock.instant(), clock.instant().plusSeconds(86_400));
    sessions.open(session);
  }

  void disconnect(String member) {
    sessions.ended(sessions.find(member).orElseThrow());
  }

  /** Somebody's signature, as it is. */
  public byte[] sign(String who, byte[] message) {
    return keys.get(who).sign(message);
  }

  public byte[] seal(String who, String type, byte[] payload) {
    return new Envelopes("test", who, keys.get(who)::sign, (sender, message, signature) -> false, 1)
        .seal(type, 0, 0, payload);
  }

  public SubmitJobReply submit(JobSpec spec) throws JobRefusedException {
    return submissions.submit("operator", seal("operator", "job.spec", spec.toByteArray()), false);
  }

  public Job job(String id) {
    return book.find(id).orElseThrow();
  }

  /** A member's own answer, by its rule. */
  public void consent(String member, String job, boolean granted) {
    consent(member, job, granted, granted ? "by rule" : "not here");
  }

  /** The same in other words: another answer. */
  public void consent(String member, String job, boolean granted, String words) {
    Consent consent =
        Consent.newBuilder()
            .setJob(job)
            .setSpecDigest(ByteString.copyFrom(job(job).planDigest().bytes()))
            .setDataSetDigest(ByteString.copyFrom(Digest.sha256(new byte[] {1}).bytes()))
            .setGranted(granted)
            .setExplanation(words)
            .setDecidedBy("rule")
            .build();
    try {
      consenting.answered(
          member, notary.open(seal(member, Job.CONSENT_TYPE, consent.toByteArray())));
    } catch (BadEnvelopeException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** The log's entries of a type, as JSON, with what waits to be written. */
  public List<String> logged(String type) {
    audit.append(List.of());
    List<String> found = new ArrayList<>();
    audit
        .query(AuditQueryRequest.newBuilder().setType(type).build())
        .forEachRemaining(
            record -> {
              if (!record.hasHead()) {
                found.add(record.getJson());
              }
            });
    return found;
  }

  public static JobSpec.Builder spec(String name) {
    return JobSpec.newBuilder()
        .setJob(name)
        .setTitle("test")
        .setPurpose("medical-research")
        .setDataSet("toy")
        .setDataClass("pseudonymised-health")
        .setRounds(2)
        .setModel(
            ModelSpec.newBuilder()
                .setInputs(2)
                .addLayers(DenseLayer.newBuilder().setUnits(1).setActivation(Activation.SIGMOID))
                .setLoss(Loss.BINARY_CROSS_ENTROPY)
                .setFloatType(FloatType.FLOAT32))
        .setPlan(
            TrainingPlan.newBuilder()
                .setOptimizer(Optimizer.SGD)
                .setLearningRate(0.1)
                .setLocalEpochs(1))
        .setServerLearningRate(1)
        .setSecureAggregation(
            SecureAggregationPlan.newBuilder()
                .setQuantisationBits(16)
                .setClipNormL2(1)
                .setCoordinateBound(1)
                .setMaxWeight(30))
        .setInitialSeed(7)
        .setDeadlineSeconds(30)
        .setTrainerMemoryMib(256);
  }

  @Override
  public void close() {
    audit.close();
    database.close();
  }
}

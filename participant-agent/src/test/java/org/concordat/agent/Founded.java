package org.concordat.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.concordat.agent.site.Rosters;
import org.concordat.auditlog.LogSigner;
import org.concordat.certs.AllianceDomain;
import org.concordat.certs.AllianceName;
import org.concordat.certs.CaLifetimes;
import org.concordat.certs.Country;
import org.concordat.certs.FirstStore;
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
import org.concordat.iam.EnvelopeNotary;
import org.concordat.iam.Site;
import org.concordat.jurisdictions.Policy;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.Optimizer;
import org.concordat.protocol.v1.SecureAggregationPlan;
import org.concordat.protocol.v1.TrainingPlan;

/**
 * An alliance on disk, with real keys: four members, a coordinator, an operator, and two people
 * with the role approver.
 */
public final class Founded {
  public static final List<String> MEMBERS = List.of("boston", "budapest", "cleveland", "zurich");

  /** A policy that allows everything to everybody in the roster. */
  public static final String OPEN =
      """
      format: 1
      policy: open
      version: 1
      rules:
        - id: founders
          effect: permit
          actions: [dispatch, train, submit, reveal, aggregate, evaluate, release]
          when: {fact: jurisdiction, from: [roster], equals: eu}
          because: they founded it
          obligations: [log-before-acting]
      tests:
        - name: founders take part
          action: submit
          now: 2026-11-21T12:00:00Z
          alliance: {purpose: medical-research}
          members:
            zurich: {jurisdiction: {value: eu, source: roster}}
          expect: allowed
      """;

  /** The same where a person has agreed. */
  public static final String WITH_A_PERSON =
      OPEN.replace("[log-before-acting]", "[log-before-acting, approval-by-person]");

  public final Path root;
  public final Map<String, ParticipantKeys> keys = new LinkedHashMap<>();
  public final LogSigner logSigner;
  public final Genesis genesis;
  private final String name;

  public Founded(Path root, String policy, Clock clock) {
    this(root, "test", policy, clock);
  }

  /**
   * @param name of the alliance
   */
  public Founded(Path root, String name, String policy, Clock clock) {
    this.root = root;
    this.name = name;
    make(root);
    this.logSigner = LogSigner.create(root.resolve("audit-log.key"), name + ".example/log");
    List<MemberRequest> requests = new ArrayList<>();
    for (String member : MEMBERS) {
      requests.add(request(member, Set.of(Role.AGENT, Role.MEMBER_ADMIN), clock));
      FirstStore.found(home(member));
    }
    requests.add(request("coordinator", Set.of(Role.COORDINATOR), clock));
    requests.add(request("operator", Set.of(Role.OPERATOR), clock));
    requests.add(request("ada", Set.of(Role.APPROVER), clock));
    requests.add(request("bela", Set.of(Role.APPROVER), clock));
    OfflineCa ca =
        OfflineCa.create(
            root.resolve("ca"),
            new AllianceName(name),
            new AllianceDomain(name + ".example"),
            Set.of(new Jurisdiction("eu")),
            CaLifetimes.DEFAULT,
            clock);
    byte[] canonical =
        Policy.parse(Path.of("policy.yaml"), policy.getBytes(StandardCharsets.UTF_8))
            .canonicalJson();
    GenesisDraft draft = ca.draftGenesis(requests, canonical, 0, clock);
    for (String member : MEMBERS) {
      draft = draft.addSignature(draft.sign(keys.get(member)));
    }
    genesis = draft.seal();
    write(root.resolve("genesis.json"), genesis.toBytes());
  }

  private MemberRequest request(String who, Set<Role> roles, Clock clock) {
    ParticipantKeys own = ParticipantKeys.create(home(who).resolve(Site.KEYS));
    keys.put(who, own);
    Country country = new Country("DE");
    LogVkey log =
        roles.contains(Role.COORDINATOR) ? new LogVkey(logSigner.vkey().toString()) : null;
    return MemberRequest.make(
        new MemberProfile(
            new MemberId(who), new Jurisdiction("eu"), country, country, roles, null, log, null),
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

  public Path home(String who) {
    return root.resolve(who);
  }

  /** Somebody's keys and certificates. */
  public Site site(String who) {
    return Site.open(home(who), root.resolve("genesis.json"), new MemberId(who));
  }

  /** Signs as a participant. */
  public byte[] seal(String who, String type, byte[] payload) {
    return sealer(name, who, keys.get(who)).seal(type, 0, 0, payload);
  }

  /** Signs in a participant's name, with whatever keys. */
  public static byte[] seal(
      String alliance, String who, ParticipantKeys keys, String type, byte[] payload) {
    return sealer(alliance, who, keys).seal(type, 0, 0, payload);
  }

  private static Envelopes sealer(String alliance, String who, ParticipantKeys keys) {
    return new Envelopes(alliance, who, keys::sign, (sender, message, signature) -> false, 1);
  }

  /** What a participant opens envelopes with. */
  public EnvelopeNotary notary(String who, Rosters rosters) {
    return new EnvelopeNotary(
        new Envelopes(name, who, keys.get(who)::sign, rosters, 1), rosters::latest);
  }

  /** Thirty rows of two numbers and a label. */
  public static String rows() {
    StringBuilder rows = new StringBuilder("a,b,label\n");
    for (int i = 0; i < 30; i++) {
      rows.append(i % 7).append(',').append(i % 3).append(',').append(i % 2).append('\n');
    }
    return rows.toString();
  }

  /**
   * Writes a member's data and its agent's file.
   *
   * @param port of the coordinator
   * @param lines of YAML: the rule, the trainer
   */
  public AgentConfig config(String member, int port, String lines) {
    Path data = home(member).resolve("data");
    write(data.resolve("train.csv"), rows().getBytes(StandardCharsets.UTF_8));
    write(data.resolve("test.csv"), rows().getBytes(StandardCharsets.UTF_8));
    write(home(member).resolve("toy.yaml"), TOY.getBytes(StandardCharsets.UTF_8));
    String yaml =
        "name: "
            + member
            + "\nhome: .\ngenesis: ../genesis.json\n"
            + "coordinator: {name: coordinator, address: \"127.0.0.1:"
            + port
            + "\"}\ndata-root: data\ndata-sets: [toy.yaml]\n"
            + lines;
    Path file = home(member).resolve("agent.yaml");
    write(file, yaml.getBytes(StandardCharsets.UTF_8));
    return AgentConfig.read(file);
  }

  private static final String TOY =
      """
      format: 1
      name: toy
      data-class: pseudonymised-health
      subject-regions: [eu]
      files: {train: train.csv, test: test.csv}
      header: true
      columns:
        - {name: a, type: integer, min: 0, max: 10}
        - {name: b, type: integer, min: 0, max: 10}
        - {name: label, type: integer, min: 0, max: 1}
      label: {column: label, rule: ">0"}
      features: [a, b]
      standardise: site
      """;

  /** A small job with a single layer; every name starts from another model. */
  public static JobSpec.Builder job(String name) {
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
        .setInitialSeed(name.hashCode())
        .setDeadlineSeconds(30)
        .setTrainerMemoryMib(256);
  }

  private static void write(Path file, byte[] content) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, content);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}

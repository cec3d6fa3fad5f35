package org.concordat.e2e;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.concordat.agent.Agent;
import org.concordat.agent.AgentConfig;
import org.concordat.auditlog.LogSigner;
import org.concordat.certs.AllianceDomain;
import org.concordat.certs.AllianceName;
import org.concordat.certs.CaLifetimes;
import org.concordat.certs.Country;
import org.concordat.certs.Crls;
import org.concordat.certs.FirstStore;
import org.concordat.certs.Genesis;
import org.concordat.certs.GenesisDraft;
import org.concordat.certs.InForce;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.LeafIssuer;
import org.concordat.certs.LogVkey;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.concordat.certs.RosterChain;
import org.concordat.coordinator.Coordinator;
import org.concordat.coordinator.CoordinatorConfig;
import org.concordat.coordinator.Regional;
import org.concordat.coordinator.RegionalConfig;
import org.concordat.iam.Site;
import org.concordat.jurisdictions.Policy;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.TlsChannels;
import org.concordat.protocol.WireLimits;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.ListRoundsRequest;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.Optimizer;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.SecureAggregationPlan;
import org.concordat.protocol.v1.SubmitJobReply;
import org.concordat.protocol.v1.SubmitJobRequest;
import org.concordat.protocol.v1.TrainingPlan;

/** An alliance on loopback, in this JVM, with trainers that return at once. */
final class TestAlliance implements AutoCloseable {
  static final List<String> MEMBERS = List.of("boston", "cleveland", "budapest", "zurich");
  private static final Map<String, String> JURISDICTIONS =
      Map.of("boston", "us", "cleveland", "us", "budapest", "eu", "zurich", "ch", "operator", "us");

  /** Further ones of alliances with regions. */
  private static final Map<String, List<String>> REGIONS =
      Map.of(
          "us", List.of("boston", "cleveland", "denver", "us-sum"),
          "eu", List.of("budapest", "dresden", "lyon", "eu-sum"),
          "ch", List.of("basel", "bern", "zurich", "ch-sum"));

  private static final Map<String, String> COUNTRIES = Map.of("us", "US", "eu", "DE", "ch", "CH");

  final Path root;
  final List<String> members;
  final Clock clock;
  private final Places places;
  final Map<String, ParticipantKeys> keys = new LinkedHashMap<>();
  final Genesis genesis;
  final Map<String, Agent> agents = new LinkedHashMap<>();
  Coordinator coordinator;
  final Map<String, Regional> regionals = new LinkedHashMap<>();
  private final Map<String, Integer> regionalPorts = new LinkedHashMap<>();
  private ManagedChannel channel;
  private RosterChain known;
  private int port;
  private int dropGraceSeconds = 1;
  private int epochWaitSeconds = 5;
  private String storeLines = "";
  private String coordinatorLines = "";
  private final Map<String, String> agentLines = new LinkedHashMap<>();
  private final Map<String, String> canaries = new LinkedHashMap<>();
  private final Set<String> carried = new HashSet<>();
  private String approval =
      "{purposes: [medical-research], further-jobs: {sums: 1000000, members: any}}";
  private String roundSettings = "";

  TestAlliance(Path root, Path policy) throws IOException {
    this(root, policy, MEMBERS);
  }

  TestAlliance(Path root, Path policy, List<String> members) throws IOException {
    this(root, policy, members, Clock.systemUTC());
  }

  /** With an aggregator for each of these jurisdictions, named like {@code eu-sum}. */
  TestAlliance(Path root, Path policy, List<String> members, Set<String> regions)
      throws IOException {
    this(root, policy, members, Clock.systemUTC(), regions, Places.LOOPBACK);
  }

  /** Whose coordinator and aggregators are not on loopback. */
  TestAlliance(Path root, Path policy, List<String> members, Set<String> regions, Places places)
      throws IOException {
    this(root, policy, members, Clock.systemUTC(), regions, places);
  }

  /**
   * @param clock of the founding, and of everybody who is not started with another one
   */
  TestAlliance(Path root, Path policy, List<String> members, Clock clock) throws IOException {
    this(root, policy, members, clock, Set.of(), Places.LOOPBACK);
  }

  private TestAlliance(
      Path root, Path policy, List<String> members, Clock clock, Set<String> regions, Places places)
      throws IOException {
    this.places = places;
    this.root = root;
    this.members = members;
    this.clock = clock;
    List<MemberRequest> requests = new ArrayList<>();
    for (String member : members) {
      requests.add(request(member, Set.of(Role.AGENT, Role.MEMBER_ADMIN), null));
    }
    Files.createDirectories(home("coordinator"));
    ParticipantKeys.create(home("coordinator").resolve(Site.KEYS));
    LogSigner signer =
        LogSigner.create(home("coordinator").resolve("keys/audit-log.key"), "test.example/audit");
    requests.add(
        request("coordinator", Set.of(Role.COORDINATOR), new LogVkey(signer.vkey().toString())));
    requests.add(request("operator", Set.of(Role.OPERATOR, Role.AUDITOR), null));
    requests.add(request("approver", Set.of(Role.APPROVER), null));
    for (String region : regions) {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        regionalPorts.put(region + "-sum", free.getLocalPort());
      }
      requests.add(request(region + "-sum", Set.of(Role.AGGREGATOR), null));
    }
    OfflineCa ca =
        OfflineCa.create(
            root.resolve("ca"),
            new AllianceName("test"),
            new AllianceDomain("test.example"),
            Set.of(new Jurisdiction("us"), new Jurisdiction("eu"), new Jurisdiction("ch")),
            CaLifetimes.DEFAULT,
            clock);
    byte[] canonical = Policy.parse(policy, Files.readAllBytes(policy)).canonicalJson();
    GenesisDraft draft = ca.draftGenesis(requests, canonical, 0, clock);
    for (String member : members) {
      draft = draft.addSignature(draft.sign(keys.get(member)));
    }
    genesis = draft.seal();
    known = RosterChain.of(genesis);
    Files.write(root.resolve("genesis.json"), genesis.toBytes());
  }

  Path home(String name) {
    return root.resolve(name);
  }

  private MemberRequest request(String name, Set<Role> roles, LogVkey log) throws IOException {
    Files.createDirectories(home(name));
    Path keyFolder = home(name).resolve(Site.KEYS);
    ParticipantKeys made =
        ParticipantKeys.exist(keyFolder)
            ? ParticipantKeys.load(keyFolder)
            : ParticipantKeys.create(keyFolder);
    keys.put(name, made);
    if (roles.contains(Role.AGENT)) {
      FirstStore.found(home(name));
    }
    String jurisdiction = name.equals("coordinator") ? places.jurisdiction() : jurisdiction(name);
    Country country = new Country(COUNTRIES.get(jurisdiction));
    MemberRequest request =
        MemberRequest.make(
            new MemberProfile(
                new MemberId(name),
                new Jurisdiction(jurisdiction),
                country,
                country,
                roles,
                regionalPorts.containsKey(name)
                    ? places.regional(name) + ":" + regionalPorts.get(name)
                    : null,
                log,
                null),
            made,
            clock);
    Files.write(home(name).resolve("request.json"), request.toBytes());
    return request;
  }

  static String jurisdiction(String name) {
    return REGIONS.entrySet().stream()
        .filter(region -> region.getValue().contains(name))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(JURISDICTIONS.getOrDefault(name, "us"));
  }

  void dropGraceSeconds(int seconds) {
    dropGraceSeconds = seconds;
  }

  /** Further lines of YAML in one agent's file. */
  void agentLines(String member, String lines) {
    agentLines.put(member, lines);
  }

  /** No line reaches this member: its messages are carried as files. */
  void carry(String member) {
    carried.add(member);
  }

  /** A text in every row of this member's data, in a column that is no feature. */
  void canary(String member, String text) {
    canaries.put(member, text);
  }

  /** The agents' rule for jobs, a YAML mapping on one line. */
  void approval(String rule) {
    approval = rule;
  }

  /** Lines of YAML for a store that is not the default. */
  void store(String lines) {
    storeLines = lines;
  }

  /** Further lines of YAML in the coordinator's file. */
  void coordinatorLines(String lines) {
    coordinatorLines = lines;
  }

  /** Further settings of rounds, each as {@code ", key: value"}. */
  void roundSettings(String settings) {
    roundSettings = settings;
  }

  int port() {
    return port;
  }

  void epochWaitSeconds(int seconds) {
    epochWaitSeconds = seconds;
  }

  void port(int listening) {
    port = listening;
  }

  void startCoordinator() throws IOException {
    startCoordinator(point -> {});
  }

  void startCoordinator(Consumer<String> crashPoint, ServerInterceptor... observers)
      throws IOException {
    startCoordinator(crashPoint, org.concordat.coordinator.session.Traffic.HONEST, observers);
  }

  void startCoordinator(
      Consumer<String> crashPoint,
      org.concordat.coordinator.session.Traffic traffic,
      ServerInterceptor... observers)
      throws IOException {
    coordinator =
        Coordinator.start(
            CoordinatorConfig.read(coordinatorConfig()),
            "test",
            clock,
            crashPoint,
            traffic,
            observers);
    port = coordinator.port();
  }

  Path coordinatorConfig() throws IOException {
    return Files.writeString(
        root.resolve("coordinator.yaml"),
        "name: coordinator\nhome: coordinator\ngenesis: genesis.json\nlisten: "
            + places.listen()
            + ":"
            + port
            + "\nrounds: {drop-grace-seconds: "
            + dropGraceSeconds
            + ", stall-timeout-seconds: 2, epoch-wait-seconds: "
            + epochWaitSeconds
            + roundSettings
            + "}\n"
            + storeLines
            + coordinatorLines);
  }

  /** Keeps the libraries quiet. */
  Path loggingConfig() throws IOException {
    return Files.writeString(
        root.resolve("logging.properties"),
        "handlers=java.util.logging.ConsoleHandler\n.level=WARNING\norg.concordat.level=INFO\n");
  }

  void startRegionals() throws IOException {
    for (String region : regionalPorts.keySet()) {
      startRegional(region);
    }
  }

  void startRegional(String region) throws IOException {
    regionals.put(
        region, Regional.start(RegionalConfig.read(regionalConfig(region)), "test", clock));
  }

  Path regionalConfig(String region) throws IOException {
    return Files.writeString(
        home(region).resolve("regional.yaml"),
        "name: %s\nhome: .\ngenesis: ../genesis.json\nlisten: %s:%d\ncoordinator: {address: \"%s:%d\"}\n"
            .formatted(
                region,
                places.regional(region),
                regionalPorts.get(region),
                places.regionalsGoTo(),
                port));
  }

  void startAgents() throws IOException {
    for (String member : members) {
      startAgent(member);
    }
  }

  void startAgent(String member) throws IOException {
    agents.put(
        member, Agent.start(AgentConfig.read(agentConfig(member)), "test", clock, point -> {}));
  }

  void startAgentFrom(String member, Path config) throws IOException {
    agents.put(member, Agent.start(AgentConfig.read(config), "test", clock, point -> {}));
  }

  Path agentConfig(String member) throws IOException {
    Path data = Files.createDirectories(home(member).resolve("data"));
    String canary = canaries.get(member);
    StringBuilder rows = new StringBuilder(canary == null ? "a,b,label\n" : "a,b,label,note\n");
    for (int i = 0; i < 30; i++) {
      rows.append(i % 7).append(',').append(i % 3).append(',').append(i % 2);
      rows.append(canary == null ? "" : "," + canary).append('\n');
    }
    put(data.resolve("train.csv"), rows.toString());
    put(data.resolve("test.csv"), rows.toString());
    put(home(member).resolve("toy.yaml"), canary == null ? TOY : TOY_WITH_NOTES);
    return Files.writeString(
        home(member).resolve("agent.yaml"),
        "name: "
            + member
            + "\nhome: .\ngenesis: ../genesis.json\ncoordinator: {name: coordinator, "
            + (carried.contains(member)
                ? "carried: true"
                : "address: \"" + places.agentsGoTo() + ":" + port + '"')
            + "}\ndata-root: data\ndata-sets: [toy.yaml]\napproval: "
            + approval
            + "\n"
            + agentLines.getOrDefault(member, "")
            + "trainer: {command: ["
            + javaCommand(member)
            + "]}\n");
  }

  /** Whole at once: an agent that runs may be reading it. */
  private static void put(Path file, String text) throws IOException {
    Path whole = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static final String TOY =
      """
      format: 1
      name: toy
      data-class: pseudonymised-health
      subject-regions: [us]
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

  private static final String TOY_WITH_NOTES =
      TOY.replace("label: {", "  - {name: note, type: ignore}\nlabel: {");

  private static String javaCommand(String member) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return String.join(
        ", ",
        List.of(
            '"' + java + '"',
            "\"-XX:TieredStopAtLevel=1\"",
            "\"-XX:+UseSerialGC\"",
            "\"-cp\"",
            '"' + System.getProperty("java.class.path") + '"',
            '"' + EchoTrainer.class.getName() + '"',
            '"' + String.valueOf(offset(member)) + '"'));
  }

  /** What a member's trainer adds to parameter 0, in quantisation levels. */
  static int offset(String member) {
    return 1000 * (1 + MEMBERS.indexOf(member)) + 77;
  }

  /** A small job with a single layer. */
  static JobSpec.Builder job(String name, int rounds) {
    return JobSpec.newBuilder()
        .setJob(name)
        .setTitle("test")
        .setPurpose("medical-research")
        .setDataSet("toy")
        .setDataClass("pseudonymised-health")
        .setRounds(rounds)
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

  /** A channel to the coordinator with a participant's own certificate, acting in a role. */
  ManagedChannel channel(String who, Role role) throws IOException {
    Site site = Site.open(home(who), root.resolve("genesis.json"), new MemberId(who));
    RosterChain rosters = known;
    return TlsChannels.client(
            places.agentsGoTo(),
            port,
            genesis.roster().find(new MemberId("coordinator")).orElseThrow().dnsName(),
            site.tls(role, LeafIssuer.DEFAULT_VALIDITY, clock, () -> rosters).keyManager(),
            Site.trust(() -> InForce.of(rosters, Crls.NONE), clock),
            WireLimits.DEFAULT)
        .build();
  }

  /** The rosters that whoever calls from now on knows before it connects. */
  void rosters(Path file) throws IOException {
    known = RosterChain.parse(genesis, Files.readAllBytes(file));
    if (channel != null) {
      channel.shutdownNow();
      channel = null;
    }
  }

  OperationsGrpc.OperationsBlockingStub operator() throws IOException {
    if (channel == null) {
      channel = channel("operator", Role.OPERATOR);
    }
    return OperationsGrpc.newBlockingStub(channel);
  }

  SubmitJobReply submit(JobSpec spec) throws IOException {
    Envelopes envelopes =
        new Envelopes(
            "test",
            "operator",
            keys.get("operator")::sign,
            (sender, message, signature) -> false,
            1);
    return operator()
        .submitJob(
            SubmitJobRequest.newBuilder()
                .setSealedSpec(
                    ByteString.copyFrom(envelopes.seal("job.spec", 0, 0, spec.toByteArray())))
                .build());
  }

  JobSummary awaitEnd(String job, long seconds) throws Exception {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (System.nanoTime() < end) {
      for (JobSummary summary :
          operator().listJobs(ListJobsRequest.getDefaultInstance()).getJobsList()) {
        if (summary.getJob().equals(job)
            && !Set.of("PROPOSED", "RUNNING").contains(summary.getState())) {
          return summary;
        }
      }
      Thread.sleep(20);
    }
    throw new AssertionError("job " + job + " did not end: " + rounds(job));
  }

  List<RoundSummary> rounds(String job) throws IOException {
    return operator()
        .listRounds(ListRoundsRequest.newBuilder().setJob(job).build())
        .getRoundsList();
  }

  String auditText() throws IOException {
    StringBuilder all = new StringBuilder();
    // not the journal, which holds the newest entries once more
    try (var files = Files.walk(home("coordinator").resolve("audit-log/tile"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }

  @Override
  public void close() {
    if (channel != null) {
      channel.shutdownNow();
    }
    agents.values().forEach(Agent::close);
    regionals.values().forEach(Regional::close);
    if (coordinator != null) {
      coordinator.close();
    }
  }
}

package org.concordat.coordinator;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.concordat.certs.MemberId;
import org.concordat.config.Section;
import org.concordat.config.Yaml;
import org.concordat.coordinator.access.SignIn;
import org.concordat.coordinator.audit.LogListen;
import org.concordat.protocol.Limit;
import org.concordat.protocol.Limits;
import org.concordat.protocol.Share;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.cohorts.message.DrawPlan;
import org.concordat.store.StoreLocation;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator's configuration file.
 *
 * @param name the coordinator's member id in the roster
 * @param home the directory with keys, state and the audit log
 * @param host the address to listen on
 * @param port 0 lets the system pick; the port in use is written to {@code home/port}
 * @param healthListen where {@code /health} is answered; absent: nowhere
 * @param dropGrace a member that has not uploaded and has been away this long no longer holds up a
 *     round
 * @param stallTimeout how long a round waits for signatures or shares before it asks for a new
 *     attempt
 * @param epochWait how long an epoch's step waits for an absent member once enough are there
 * @param cohortSize an alliance of more agents is drawn into cohorts of up to so many
 * @param drawColluders how many members a draw assumes to work with a malicious coordinator, at the
 *     least; without it nothing is drawn, and jobs of more agents than one cohort takes are refused
 * @param drawWait how long a draw waits for an absent member, which then has no cohort until the
 *     roster changes
 * @param consentWait how long a job waits for the answers of all sites before it starts with those
 *     that consented, if they are enough; a week while a site says that a person is asked
 * @param keepEvidenceRounds how many committed rounds keep their uploads and records, so that their
 *     sums can be checked leaf by leaf
 * @param workers threads for hashing, folding and reconstruction
 * @param witnessInterval the least time between two heads of the audit log that members are asked
 *     to cosign
 * @param logListen where the log is served to anybody; absent: nowhere
 * @param clockTolerance an agent whose clock is further off is named in the log and in the status
 * @param signIn how people sign in with tokens besides certificates; absent: they do not
 */
public record CoordinatorConfig(
    String name,
    Path home,
    Path genesis,
    String host,
    int port,
    Optional<InetSocketAddress> healthListen,
    StoreLocation store,
    Limits limits,
    Duration dropGrace,
    Duration stallTimeout,
    Duration epochWait,
    int cohortSize,
    OptionalInt drawColluders,
    Duration drawWait,
    Duration consentWait,
    int keepEvidenceRounds,
    int workers,
    Duration witnessInterval,
    Optional<LogListen> logListen,
    Duration clockTolerance,
    Optional<SignIn> signIn) {

  static final InetSocketAddress LISTEN = new InetSocketAddress("127.0.0.1", 7400);

  /** Reads the file; reports every mistake at once. */
  public static CoordinatorConfig read(Path file) {
    Section root = Yaml.read(file);
    String name = name(root);
    Path home = root.file("home");
    Path genesis = root.file("genesis");
    @Nullable InetSocketAddress listen = root.has("listen") ? root.listenOrNull("listen") : LISTEN;
    Optional<InetSocketAddress> healthListen =
        Optional.ofNullable(root.listenOrNull("health-listen"));
    StoreLocation store = store(root.sectionOrEmpty("store"), home);
    Limits limits = limits(root.sectionOrEmpty("limits"));
    Section rounds = root.sectionOrEmpty("rounds");
    Duration dropGrace = seconds(rounds, "drop-grace-seconds", 5);
    Duration stall = seconds(rounds, "stall-timeout-seconds", 60);
    Duration epochWait = seconds(rounds, "epoch-wait-seconds", 10);
    int cohortSize =
        (int) rounds.integer("cohort-size", 3, DrawPlan.MAX_COHORT, (long) DrawPlan.MAX_COHORT);
    OptionalInt drawColluders =
        rounds.has("draw-colluders")
            ? OptionalInt.of((int) rounds.integer("draw-colluders", 0, Alliance.MAX_MEMBERS, 0L))
            : OptionalInt.empty();
    Duration drawWait = seconds(rounds, "draw-wait-seconds", 600);
    Duration consentWait = seconds(rounds, "consent-wait-seconds", 300);
    int keepEvidence = (int) rounds.integer("keep-evidence-rounds", 0, 100_000, 3L);
    int workers = (int) rounds.integer("workers", 1, 256, 2L);
    rounds.done();
    Duration witnessInterval = seconds(root, "witness-interval-seconds", 10);
    Optional<LogListen> logListen = logListen(root);
    Duration clockTolerance = seconds(root, "clock-warning-seconds", 60);
    Optional<SignIn> signIn =
        root.has("oidc") ? Optional.of(SignIn.read(root.section("oidc"))) : Optional.empty();
    root.done();
    root.problems().throwIfAny();
    return new CoordinatorConfig(
        name,
        home,
        genesis,
        Objects.requireNonNull(listen).getHostString(),
        listen.getPort(),
        healthListen,
        store,
        limits,
        dropGrace,
        stall,
        epochWait,
        cohortSize,
        drawColluders,
        drawWait,
        consentWait,
        keepEvidence,
        workers,
        witnessInterval,
        logListen,
        clockTolerance,
        signIn);
  }

  static String name(Section root) {
    String name = root.text("name");
    if (!name.isEmpty()) {
      try {
        return new MemberId(name).value();
      } catch (IllegalArgumentException wrong) {
        root.problems().add(root.line("name"), "'name': " + wrong.getMessage());
      }
    }
    return name;
  }

  private static Optional<LogListen> logListen(Section root) {
    @Nullable InetSocketAddress listen = root.listenOrNull("log-listen");
    boolean entries = root.flag("log-entries", false);
    if (entries && !root.has("log-listen")) {
      root.problems()
          .add(root.line("log-entries"), "'log-entries' belongs to 'log-listen', which is missing");
    }
    return Optional.ofNullable(listen).map(address -> new LogListen(address, entries));
  }

  private static Duration seconds(Section section, String key, long fallback) {
    return Duration.ofSeconds(section.integer(key, 1, 86_400, fallback));
  }

  private static StoreLocation store(Section section, Path home) {
    @Nullable String url = section.textOrNull("postgres");
    @Nullable String user = section.textOrNull("user");
    @Nullable Path passwordFile = section.fileOrNull("password-file");
    section.done();
    if (url == null && (user != null || passwordFile != null)) {
      section
          .problems()
          .add(
              section.line(user != null ? "user" : "password-file"),
              "'store.user' and 'store.password-file' belong to 'store.postgres', which is missing");
    }
    if (url != null && !url.startsWith("jdbc:postgresql:")) {
      section
          .problems()
          .add(
              section.line("postgres"),
              "'store.postgres' is '" + url + "': expected jdbc:postgresql://host/database");
      url = null;
    }
    return new StoreLocation(home.resolve("state"), url, user, passwordFile);
  }

  static Limits limits(Section section) {
    Map<Limit, Long> values = new EnumMap<>(Limit.class);
    for (Limit limit : Limit.values()) {
      values.put(limit, limit(section, limit, values));
    }
    section.done();
    requirePartFits(section, values);
    return new Limits(values);
  }

  /**
   * A limit of which nothing is said leaves room in those before it; one that does not is a
   * mistake.
   */
  private static long limit(Section section, Limit limit, Map<Limit, Long> before) {
    Optional<Share> share = Share.of(limit);
    long whole = share.map(Share::whole).map(before::get).orElse(limit.most());
    long usual = share.map(each -> each.usual(whole)).orElse(limit.usual());
    long value = section.integer(limit.key(), limit.least(), limit.most(), usual);
    if (share.isPresent() && value > share.get().most(whole)) {
      section.problem(
          limit.key(),
          "'limits.%s' is %d: with 'limits.%s' at %d it may be at most %d"
              .formatted(
                  limit.key(), value, share.get().whole().key(), whole, share.get().most(whole)));
      return usual;
    }
    return value;
  }

  /** A part travels in a message. */
  private static void requirePartFits(Section section, Map<Limit, Long> values) {
    long part = values.getOrDefault(Limit.PART_BYTES, 0L);
    if (values.getOrDefault(Limit.SESSION_MESSAGE_BYTES, 0L) >= part) {
      return;
    }
    if (section.has(Limit.SESSION_MESSAGE_BYTES.key())) {
      section.problem(
          Limit.SESSION_MESSAGE_BYTES.key(),
          "'limits.session-message-bytes' is below 'limits.part-bytes', which is " + part);
    }
    values.put(Limit.SESSION_MESSAGE_BYTES, part);
  }
}

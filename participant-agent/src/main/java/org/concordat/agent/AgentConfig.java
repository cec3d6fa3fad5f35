package org.concordat.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.concordat.certs.MemberId;
import org.concordat.config.Section;
import org.concordat.config.Yaml;
import org.concordat.protocol.WireLimits;
import org.jspecify.annotations.Nullable;

/**
 * An agent's configuration file.
 *
 * @param name the member's id in the roster
 * @param home the directory with keys and state
 * @param coordinatorName the coordinator's id in the roster; its certificate must carry that name
 * @param dataRoot the only directory from which data is read
 * @param dataSets descriptions of the data sets that jobs may ask for
 * @param approval which jobs are consented to without asking a person
 * @param spotCheck fraction of the leaves of a round's sum that are recomputed before its result is
 *     signed; 1 is a full replay, 0 none
 * @param trainer how trainers are started
 */
public record AgentConfig(
    String name,
    Path home,
    Path genesis,
    String coordinatorName,
    String coordinatorHost,
    int coordinatorPort,
    Path dataRoot,
    List<Path> dataSets,
    ApprovalRule approval,
    double spotCheck,
    TrainerSettings trainer,
    WireLimits limits) {

  /**
   * The local rule.
   *
   * @param purposes jobs of these purposes are consented to; empty: of none
   * @param colluders c below which no job is taken
   * @param approvers ids of the participants whose approval counts where a person must be asked;
   *     empty: nobody can approve
   * @param furtherJobs how many sums over a data set are allowed without asking a person
   */
  public record ApprovalRule(
      List<String> purposes, int colluders, List<String> approvers, FurtherJobs furtherJobs) {}

  /**
   * Which jobs on a data set of which a sum may have been opened before are consented to without
   * asking a person.
   *
   * @param sums how many sums over one data set, those before and those that the job would add,
   *     evaluations included; 0: a person is always asked
   * @param sameMembersOnly whether every job on the data set must have the same members
   */
  public record FurtherJobs(long sums, boolean sameMembersOnly) {
    /** Always ask. */
    public static final FurtherJobs ASK = new FurtherJobs(0, true);
  }

  /**
   * How trainers run.
   *
   * @param classPath a folder of jars, or null where a command is given
   * @param command replaces java and class path; empty for the default trainer
   * @param nativeCache where natives are unpacked, shared by the agents of a machine
   * @param startLimit how long a trainer may take to be ready
   * @param maxMemoryMib a job that asks for more is refused
   */
  public record TrainerSettings(
      @Nullable Path java,
      @Nullable Path classPath,
      List<String> command,
      Path nativeCache,
      Duration startLimit,
      int maxMemoryMib) {}

  /** Reads the file; reports every mistake at once. */
  public static AgentConfig read(Path file) {
    Section root = Yaml.read(file);
    String name = member(root, "name");
    Path home = root.file("home");
    Path genesis = root.file("genesis");
    Section coordinator = root.section("coordinator");
    String coordinatorName = member(coordinator, "name");
    String address = coordinator.text("address");
    coordinator.done();
    int colon = address.lastIndexOf(':');
    int port = port(coordinator, address, colon);
    Path dataRoot = root.file("data-root");
    List<Path> dataSets =
        root.texts("data-sets").stream().map(file.toAbsolutePath()::resolveSibling).toList();
    ApprovalRule approval = approval(root.sectionOrEmpty("approval"));
    double spotCheck = root.number("spot-check", 0, 1, 0.01);
    TrainerSettings trainer = trainer(root.sectionOrEmpty("trainer"), home);
    root.done();
    root.problems().throwIfAny();
    return new AgentConfig(
        name,
        home,
        genesis,
        coordinatorName,
        address.substring(0, colon),
        port,
        dataRoot,
        dataSets,
        approval,
        spotCheck,
        trainer,
        WireLimits.DEFAULT);
  }

  private static String member(Section section, String key) {
    String name = section.text(key);
    if (!name.isEmpty()) {
      try {
        return new MemberId(name).value();
      } catch (IllegalArgumentException wrong) {
        section.problems().add(section.line(key), "'" + key + "': " + wrong.getMessage());
      }
    }
    return name;
  }

  private static int port(Section section, String address, int colon) {
    try {
      int port = Integer.parseInt(address.substring(colon + 1));
      if (colon > 0 && port > 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException notANumber) {
      // reported below
    }
    if (!address.isEmpty()) {
      section
          .problems()
          .add(
              section.line("address"),
              "'coordinator.address' is '" + address + "': expected host:port");
    }
    return 1;
  }

  private static ApprovalRule approval(Section section) {
    List<String> purposes = section.texts("purposes");
    int colluders = (int) section.integer("colluders", 0, 255, 0L);
    List<String> approvers = section.texts("approvers");
    for (String approver : approvers) {
      try {
        new MemberId(approver);
      } catch (IllegalArgumentException wrong) {
        section
            .problems()
            .add(section.line("approvers"), "'approval.approvers': " + wrong.getMessage());
      }
    }
    FurtherJobs further =
        section.has("further-jobs")
            ? furtherJobs(section.section("further-jobs"))
            : FurtherJobs.ASK;
    section.done();
    return new ApprovalRule(purposes, colluders, approvers, further);
  }

  private enum Members {
    SAME,
    ANY
  }

  private static FurtherJobs furtherJobs(Section section) {
    long sums = section.integer("sums", 0, 1_000_000_000, null);
    Members members = section.choice("members", Members.class, null);
    section.done();
    return new FurtherJobs(sums, members == Members.SAME);
  }

  private static TrainerSettings trainer(Section section, Path home) {
    @Nullable Path java = section.fileOrNull("java");
    @Nullable Path classPath = section.fileOrNull("class-path");
    List<String> command = section.texts("command");
    @Nullable Path cache = section.fileOrNull("native-cache");
    Duration startLimit = Duration.ofSeconds(section.integer("start-seconds", 1, 3600, 120L));
    int memory = (int) section.integer("max-memory-mib", 64, 1 << 20, 4096L);
    section.done();
    return new TrainerSettings(
        java,
        classPath,
        command,
        cache == null ? home.resolve("natives") : cache,
        startLimit,
        memory);
  }
}

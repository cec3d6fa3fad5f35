package org.concordat.agent;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.train.TrainerLaunch;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.RosterEntry;
import org.concordat.iam.Site;

/**
 * What a member runs before its agent: everything that would stop it, all at once. Nothing is
 * changed or sent.
 */
public final class Preflight {
  private static final int CONNECT_MILLIS = 5_000;
  private static final long FREE_BYTES = 1L << 30;

  /**
   * One check.
   *
   * @param detail what was found, or what is wrong and what to do
   */
  public record Check(String name, boolean ok, String detail) {}

  private final List<Check> checks = new ArrayList<>();

  private Preflight() {}

  /** Runs every check; one that cannot run because an earlier one failed is reported as failed. */
  public static List<Check> run(AgentConfig config, Clock clock) {
    Preflight preflight = new Preflight();
    preflight.check("genesis, keys and certificate", () -> site(config, clock));
    preflight.check("coordinator in the roster", () -> coordinator(config));
    preflight.check("data root", () -> dataRoot(config));
    for (Path description : config.dataSets()) {
      preflight.check(
          "data set " + description.getFileName(), () -> dataSet(description, config.dataRoot()));
    }
    preflight.check("trainer", () -> trainer(config));
    preflight.check("free disk", () -> disk(config.home()));
    preflight.check("connection", () -> connection(config));
    return List.copyOf(preflight.checks);
  }

  private void check(String name, Callable<String> what) {
    try {
      checks.add(new Check(name, true, what.call()));
    } catch (Exception failure) {
      checks.add(new Check(name, false, String.valueOf(failure.getMessage())));
    }
  }

  private static String site(AgentConfig config, Clock clock) {
    Site site = Site.open(config.home(), config.genesis(), new MemberId(config.name()));
    String name =
        site.tls(Role.AGENT, clock).currentChain().get(0).getNotAfter().toInstant().toString();
    return "alliance '" + site.genesis().roster().alliance() + "', leaf certificate until " + name;
  }

  private static String coordinator(AgentConfig config) {
    Site site = Site.open(config.home(), config.genesis(), new MemberId(config.name()));
    RosterEntry entry =
        site.genesis()
            .roster()
            .find(new MemberId(config.coordinatorName()))
            .filter(found -> found.roles().contains(Role.COORDINATOR))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'"
                            + config.coordinatorName()
                            + "' is no coordinator in the genesis: check coordinator.name"));
    return entry.dnsName()
        + ", "
        + entry.country()
        + ", controlled from "
        + entry.controllingCountry();
  }

  private static String dataRoot(AgentConfig config) throws IOException {
    if (!Files.isDirectory(config.dataRoot())) {
      throw new IOException(
          "data-root " + config.dataRoot() + " is no directory: check the agent's file");
    }
    DataOwner.check(config);
    return config.dataRoot().toString();
  }

  private static String dataSet(Path description, Path dataRoot) {
    DataSet data = DataSet.load(description, dataRoot);
    return "'"
        + data.name()
        + "', "
        + data.trainRows()
        + " training and "
        + data.testRows()
        + " test rows, all valid"
        + data.warnings().stream().map(warning -> ". Warning: " + warning).collect(joining());
  }

  private static String trainer(AgentConfig config) {
    TrainerLaunch launch = TrainerLaunch.of(config);
    Path java = Path.of(launch.command().get(0));
    if (java.isAbsolute() && !Files.isExecutable(java)) {
      throw new IllegalArgumentException(
          java + " cannot be run: check trainer.java or trainer.command");
    }
    Path classPath = launch.classPath();
    if (config.trainer().command().isEmpty()
        && (classPath == null || !Files.isDirectory(classPath))) {
      throw new IllegalArgumentException(
          "trainer.class-path "
              + classPath
              + " is no folder: it is lib/trainer of the installed archive");
    }
    return String.join(" ", launch.command());
  }

  private static String disk(Path home) throws IOException {
    if (!Files.isWritable(home) || Files.getFileStore(home).isReadOnly()) {
      throw new IOException(home + " cannot be written: the agent keeps its state there");
    }
    long free = Files.getFileStore(home).getUsableSpace();
    if (free < FREE_BYTES) {
      throw new IOException(
          (free >> 20)
              + " MiB free below "
              + home
              + ": make room for at least "
              + (FREE_BYTES >> 20));
    }
    return (free >> 20) + " MiB free";
  }

  private static String connection(AgentConfig config) throws IOException {
    String address = config.coordinatorHost() + ":" + config.coordinatorPort();
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(config.coordinatorHost(), config.coordinatorPort()),
          CONNECT_MILLIS);
    } catch (IOException failure) {
      throw new IOException(
          address
              + " does not answer ("
              + failure.getMessage()
              + "): is the coordinator running, is the way out open?");
    }
    return address + " answers";
  }
}

package org.concordat.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Network namespaces of their own for the jurisdictions and for the root, each with one way out: a
 * veth to a bridge, which is in a further namespace. This JVM is on the bridge, too. The root has
 * two addresses, so that what members send to it and what aggregators send to it are told apart;
 * nothing leads from there to another network.
 *
 * <p>Addresses are of 198.18.0.0/15, which is for tests of networks (RFC 2544, appendix C.2.2).
 */
final class Namespaces implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;
  private static final int SUBNETS = 250;
  private static final String IPV6_OFF = "disable_ipv6";
  static final String ROOT = "root";

  private final String prefix = "cn" + ProcessHandle.current().pid();
  private final String network = "198.18." + ProcessHandle.current().pid() % SUBNETS + ".";
  private final Map<String, String> addresses = new LinkedHashMap<>();
  private final Thread atExit = new Thread(this::remove);

  /** What is missing here for namespaces and captures; empty if nothing is. */
  static Optional<String> missing() {
    String name = "cn" + ProcessHandle.current().pid() + "-try";
    try {
      run(List.of("ip", "netns", "add", name));
      run(List.of("ip", "-n", name, "link", "add", "name", "bridge", "type", "bridge"));
      run(List.of("tcpdump", "--version"));
      return Optional.empty();
    } catch (IOException | IllegalStateException refused) {
      return Optional.of(String.valueOf(refused.getMessage()));
    } finally {
      quietly(List.of("ip", "netns", "del", name));
    }
  }

  Namespaces(List<String> jurisdictions) throws IOException {
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      ip("netns", "add", middle());
      withoutIpv6(middle());
      ip("-n", middle(), "link", "add", "name", "bridge", "type", "bridge");
      ip("-n", middle(), "link", "set", "dev", "bridge", "up");
      for (String place : jurisdictions) {
        add(place);
      }
      add(ROOT);
      ip("-n", name(ROOT), "addr", "add", rootForAggregators() + "/24", "dev", "out");
      ip("link", "add", "name", prefix, "type", "veth", "peer", "name", "test", "netns", middle());
      ip("-n", middle(), "link", "set", "dev", "test", "master", "bridge", "up");
      ip("addr", "add", network + "254/24", "dev", prefix);
      Path off = Path.of("/proc/sys/net/ipv6/conf", prefix, IPV6_OFF);
      if (Files.exists(off)) {
        Files.writeString(off, "1");
      }
      ip("link", "set", "dev", prefix, "up");
    } catch (IOException | RuntimeException failure) {
      close();
      throw failure;
    }
  }

  private void add(String place) throws IOException {
    String address = network + (addresses.size() + 1);
    ip("netns", "add", name(place));
    withoutIpv6(name(place));
    ip("-n", name(place), "link", "set", "dev", "lo", "up");
    ip(
        "-n",
        middle(),
        "link",
        "add",
        "name",
        place,
        "type",
        "veth",
        "peer",
        "name",
        "out",
        "netns",
        name(place));
    ip("-n", middle(), "link", "set", "dev", place, "master", "bridge", "up");
    ip("-n", name(place), "addr", "add", address + "/24", "dev", "out");
    ip("-n", name(place), "link", "set", "dev", "out", "up");
    addresses.put(place, address);
  }

  private static void withoutIpv6(String namespace) throws IOException {
    for (String which : List.of("all", "default")) {
      String off = "/proc/sys/net/ipv6/conf/" + which + "/" + IPV6_OFF;
      run(exec(namespace, "sh", "-c", "[ ! -e %1$s ] || echo 1 > %1$s".formatted(off)));
    }
  }

  String address(String place) {
    return addresses.get(place);
  }

  String rootForAggregators() {
    return network + "200";
  }

  /** A command within a jurisdiction, or within the root. */
  List<String> in(String place, String... command) {
    return exec(name(place), command);
  }

  /** A command beside the bridge, where each namespace's border is an interface of its name. */
  List<String> atBorders(String... command) {
    return exec(middle(), command);
  }

  private static List<String> exec(String namespace, String... command) {
    List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    line.addAll(List.of(command));
    return line;
  }

  private String name(String place) {
    return prefix + "-" + place;
  }

  private String middle() {
    return name("mid");
  }

  private static void ip(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of("ip"));
    line.addAll(List.of(arguments));
    run(line);
  }

  private static void run(List<String> line) throws IOException {
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(line + ": " + said.strip());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(line + ": interrupted", interrupted);
    }
  }

  private static void quietly(List<String> line) {
    try {
      run(line);
    } catch (IOException | IllegalStateException wasNotThere) {
      // nothing to remove
    }
  }

  private void remove() {
    quietly(List.of("ip", "link", "del", prefix));
    addresses.keySet().forEach(place -> quietly(List.of("ip", "netns", "del", name(place))));
    quietly(List.of("ip", "netns", "del", middle()));
  }

  @Override
  public void close() {
    remove();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}

package org.concordat.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.concordat.testkit.Await;

/** Every packet that crosses one namespace's border, whole, by tcpdump. */
final class BorderCapture implements AutoCloseable {
  private static final int FILE_HEADER = 24;
  private static final int RECORD_HEADER = 16;
  private static final int ETHERNET = 14;
  private static final int ARP = 0x0806;
  private static final int IPV4 = 0x0800;
  private static final int TCP = 6;
  private static final int IGMP = 2;

  /** With the list of a few groups, and nothing else. */
  private static final int MAX_IGMP = 100;

  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;
  private static final long PATIENCE_SECONDS = 20;

  final Path file;
  private final Path said;
  private final Process process;

  BorderCapture(Namespaces namespaces, String place, Path folder) throws Exception {
    file = folder.resolve(place + ".pcap");
    said = folder.resolve(place + ".tcpdump");
    List<String> line =
        new ArrayList<>(
            namespaces.atBorders(
                "tcpdump", "-i", place, "-n", "-s", "0", "-B", "32768", "-U", "-Z", "root"));
    line.addAll(List.of("-w", file.toString()));
    process = new ProcessBuilder(line).redirectError(said.toFile()).start();
    Await.until(() -> Files.readString(said).contains("listening on"));
  }

  /** Ends it; fails if a packet was missed. */
  void end() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("tcpdump does not end");
    }
    String report = Files.readString(said);
    if (!report.contains("\n0 packets dropped by kernel")) {
      throw new AssertionError("packets were missed: " + report);
    }
  }

  /**
   * Bytes of IPv4 packets that left by TCP, headers and repetitions included: for each address that
   * they went to, by the port that the connection came from.
   *
   * @param source whose packets
   * @throws AssertionError for a packet that is neither IPv4 nor ARP, that is IPv4 but no TCP and
   *     not the kernel's own short report of its multicast groups (IGMP), or that is cut
   */
  Map<String, Map<Integer, Long>> sentBy(String source) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
    all.order(all.getInt(0) == 0xa1b2c3d4 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    Map<String, Map<Integer, Long>> sent = new TreeMap<>();
    int at = FILE_HEADER;
    while (at < all.limit()) {
      int length = all.getInt(at + 12);
      int frame = at + RECORD_HEADER;
      int packet = frame + ETHERNET;
      int type = bigEndian(all, frame + 12);
      int protocol = type == IPV4 ? all.get(packet + 9) & 0xff : -1;
      boolean tcp = protocol == TCP;
      boolean kernels = type == ARP || protocol == IGMP && length <= MAX_IGMP;
      if (all.getInt(at + 8) != length || !tcp && !kernels) {
        throw new AssertionError(
            "a packet that is no TCP, or is cut: type %x, protocol %s, %s bytes"
                .formatted(type, protocol, length));
      }
      if (tcp && address(all, packet + SOURCE).equals(source)) {
        int port = bigEndian(all, packet + 4 * (all.get(packet) & 0xf));
        sent.computeIfAbsent(address(all, packet + DESTINATION), there -> new TreeMap<>())
            .merge(port, (long) length, Long::sum);
      }
      at = frame + length;
    }
    return sent;
  }

  private static int bigEndian(ByteBuffer all, int at) {
    return (all.get(at) & 0xff) << 8 | all.get(at + 1) & 0xff;
  }

  private static String address(ByteBuffer all, int at) {
    return "%d.%d.%d.%d"
        .formatted(
            all.get(at) & 0xff,
            all.get(at + 1) & 0xff,
            all.get(at + 2) & 0xff,
            all.get(at + 3) & 0xff);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

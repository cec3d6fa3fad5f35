package org.concordat.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.server.Deposits;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;
import org.jspecify.annotations.Nullable;

/**
 * Live heap of a certified epoch: with its deposits, without them, and what a round adds; once
 * each, since the live heap after a collection hardly varies.
 */
final class EpochHeapBench {
  private EpochHeapBench() {}

  static void run(Report report, int members) throws Exception {
    Progress.say("heap of an epoch of " + members);
    Path directory = Files.createTempDirectory("concordat-epoch");
    try (SimWorld world = new SimWorld(members).runEpoch()) {
      report.detail("epochHeapN" + members, measure(world, directory));
    } finally {
      try (var files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private static Map<String, Object> measure(SimWorld world, Path directory) throws IOException {
    long whole = live();
    long from = System.nanoTime();
    for (int token = 0; token < Limits.TOKENS; token++) {
      Files.write(directory.resolve("page-" + token), world.epoch.page(token));
    }
    double writeSeconds = seconds(from);
    byte[] encoded = world.epoch.encode();
    EpochServer paged = EpochServer.restore(encoded, kept(directory), world.notary);
    world.epoch = paged;
    long pagedBytes = live();
    from = System.nanoTime();
    @Nullable RoundServer round = world.start(world.task(1000));
    double startSeconds = seconds(from);
    long withRound = live();
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("roundMiB", mebibytes(withRound - pagedBytes));
    detail.put("phase", round.phase().name());
    round = null;
    world.epoch = SimWorld.newEpoch(world.members.size());
    paged = null;
    long nothing = live();
    detail.put("withDepositsMiB", mebibytes(whole - nothing));
    detail.put("pagedOutMiB", mebibytes(pagedBytes - nothing));
    detail.put("pagesWrittenSeconds", writeSeconds);
    detail.put("roundBegunSeconds", startSeconds);
    return detail;
  }

  private static Deposits kept(Path directory) {
    return new Deposits() {
      @Override
      public byte[] page(int token) {
        try {
          return Files.readAllBytes(directory.resolve("page-" + token));
        } catch (IOException failure) {
          throw new UncheckedIOException(failure);
        }
      }

      @Override
      public Parcel parcel(int dealer) {
        throw new UnsupportedOperationException("nobody lies here");
      }
    };
  }

  private static double mebibytes(long bytes) {
    return Math.round(10.0 * bytes / (1 << 20)) / 10.0;
  }

  private static double seconds(long from) {
    return Math.round((System.nanoTime() - from) / 1e6) / 1e3;
  }

  private static long live() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}

package org.concordat.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.LogSigner;
import org.jspecify.annotations.Nullable;

/**
 * {@code bench/run audit}: durable appends of the audit log against a raw file and against Tessera,
 * by turns on one disk, then the verifier, a query over many entries, and what a call costs before
 * it is answered. {@code AuditBench DIRECTORY QUERY-ENTRIES [TESSERA-PROGRAM]}; one JSON object on
 * the last line, a figure that could not be taken is null.
 */
public final class AuditBench {
  private static final int BATCH = 256;

  /** So many that the log's journal is emptied in each run: that belongs to the cost. */
  private static final int BATCHES = 160;

  private static final int WARM_UPS = 2;
  private static final int RUNS = 7;
  private static final int PER_RUN = BATCH * BATCHES;

  private final Path directory;
  private final @Nullable Path tesseraProgram;
  private final int queryEntries;
  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final Map<String, Object> details = new LinkedHashMap<>();

  private AuditBench(Path directory, int queryEntries, @Nullable Path tesseraProgram) {
    this.directory = directory;
    this.queryEntries = queryEntries;
    this.tesseraProgram = tesseraProgram;
  }

  public static void main(String[] arguments) throws Exception {
    Path parent = Path.of(arguments[0]);
    int queryEntries = Integer.parseInt(arguments[1]);
    Path program = arguments.length > 2 ? Path.of(arguments[2]) : null;
    Path directory = Files.createTempDirectory(parent, "audit-bench");
    try {
      System.out.println(new AuditBench(directory, queryEntries, program).run());
    } finally {
      try (var files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private String run() throws Exception {
    LogSigner signer = LogSigner.create(directory.resolve("log.key"), "bench.example/log");
    Path folder = directory.resolve("log");
    appends(folder, signer);
    verification(folder, signer);
    queries(signer);
    AccessBench access = new AccessBench(directory.resolve("access"));
    atMost("authorizeMicros", access.authorizeMicros(), 50);
    Samples tokens = access.tokensPerSecond();
    figures.put("tokensPerSecond", Figures.round(tokens.median()));
    details.put("tokensPerSecond", tokens.describe());
    figures.put("runs", RUNS);
    figures.put("details", details);
    return new ObjectMapper().writeValueAsString(figures);
  }

  private void appends(Path folder, LogSigner signer) throws Exception {
    Path file = directory.resolve("entries");
    figures.put("entryBytes", writeEntries(file));
    double[][] seconds = new double[3][RUNS];
    try (AuditLog log = AuditLog.open(folder, signer);
        FileChannel raw = create(directory.resolve("raw"));
        Tessera tessera = tessera(file)) {
      for (int run = -WARM_UPS; run < RUNS; run++) {
        int first = (run + WARM_UPS) * PER_RUN;
        List<List<AuditEntry>> batches = batches(first);
        List<byte[]> bytes = batches.stream().map(AuditBench::bytes).toList();
        double ours = Timing.seconds(() -> batches.forEach(log::append));
        double plain = Timing.seconds(() -> appendRaw(raw, bytes));
        double theirs = tessera == null ? Double.NaN : tessera.append(BATCHES);
        Progress.say(
            String.format(
                Locale.ROOT,
                "run %d: log %.3f s, raw %.3f s, Tessera %.3f s",
                run,
                ours,
                plain,
                theirs));
        if (run >= 0) {
          seconds[0][run] = ours;
          seconds[1][run] = plain;
          seconds[2][run] = theirs;
        }
      }
    }
    Samples ours = new Samples(seconds[0]);
    figure("appendVsRawFsync", new Samples(seconds[1]).over(ours), 0.5);
    if (tesseraProgram == null) {
      figures.put("appendVsTessera", null);
    } else {
      figure("appendVsTessera", new Samples(seconds[2]).over(ours), 2);
    }
    double[] rates = new double[RUNS];
    for (int run = 0; run < RUNS; run++) {
      rates[run] = PER_RUN / seconds[0][run];
    }
    figure("appendsPerSecond", new Samples(rates), 20_000);
  }

  /** By the CPU time of its one thread: on a machine that others use too, that is a core. */
  private void verification(Path folder, LogSigner signer) throws Exception {
    double[] rates = new double[RUNS];
    for (int run = -WARM_UPS; run < RUNS; run++) {
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      long size = AuditVerifier.verify(folder, signer.vkey()).size();
      double seconds =
          (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9;
      if (run >= 0) {
        rates[run] = size / seconds;
      }
      details.put("verifiedEntries", size);
    }
    figure("verifyPerSecond", new Samples(rates), 500_000);
  }

  /** The slowest query is the figure. */
  private void queries(LogSigner signer) throws Exception {
    Map<String, Samples> queries =
        new QueryBench(queryEntries).run(directory.resolve("large"), signer);
    Samples slowest =
        queries.values().stream().max(Comparator.comparing(Samples::median)).orElseThrow();
    queries.forEach((name, millis) -> details.put("queryMillis." + name, millis.describe()));
    details.put("queriedEntries", queryEntries);
    if (queryEntries == QueryBench.ENTRIES) {
      atMost("queryMillis10M", slowest, 100);
    } else {
      figures.put("queryMillis10M", null);
    }
  }

  private void atMost(String key, Samples samples, double most) {
    report(key, samples, "at most " + Figures.text(most), samples.median() <= most);
  }

  private void figure(String key, Samples samples, double atLeast) {
    report(key, samples, "at least " + Figures.text(atLeast), samples.median() >= atLeast);
  }

  private void report(String key, Samples samples, String goal, boolean reached) {
    figures.put(key, Figures.round(samples.median()));
    Map<String, Object> spread = new LinkedHashMap<>(samples.describe());
    spread.put("goal", goal);
    spread.put("reached", reached);
    details.put(key, spread);
    Progress.say(key + " " + Figures.text(samples.median()));
  }

  /** Made for each run, and not all at once: what the log itself keeps is enough. */
  private static List<List<AuditEntry>> batches(int first) {
    List<List<AuditEntry>> batches = new ArrayList<>();
    for (int i = 0; i < BATCHES; i++) {
      batches.add(AuditEntries.of(first + i * BATCH, BATCH));
    }
    return batches;
  }

  private static byte[] bytes(List<AuditEntry> batch) {
    ByteBuffer bytes = ByteBuffer.allocate(batch.size() * (2 + AuditEntry.MAX_BYTES) / 16);
    for (AuditEntry entry : batch) {
      byte[] canonical = entry.canonicalBytes();
      bytes.putShort((short) canonical.length).put(canonical);
    }
    byte[] exact = new byte[bytes.position()];
    bytes.flip().get(exact);
    return exact;
  }

  /** For Tessera: the same entries. Gives their mean length. */
  private static double writeEntries(Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int run = 0; run < WARM_UPS + RUNS; run++) {
        for (List<AuditEntry> batch : batches(run * PER_RUN)) {
          out.write(bytes(batch));
        }
      }
    }
    int entries = (WARM_UPS + RUNS) * PER_RUN;
    return Figures.round((Files.size(file) - 2.0 * entries) / entries);
  }

  private @Nullable Tessera tessera(Path entries) throws IOException {
    return tesseraProgram == null
        ? null
        : new Tessera(tesseraProgram, directory.resolve("tessera"), entries, BATCH);
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static void appendRaw(FileChannel file, List<byte[]> batches) throws IOException {
    for (byte[] batch : batches) {
      ByteBuffer rest = ByteBuffer.wrap(batch);
      while (rest.hasRemaining()) {
        file.write(rest);
      }
      file.force(true);
    }
  }
}

package org.concordat.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.concordat.agent.data.DataSet;

/**
 * One pass over a file, in a process of its own: {@code bare FILE} goes over it with commons-csv
 * and keeps nothing, {@code ready DESCRIPTION ROOT} loads it as an agent does. Prints CPU seconds
 * of the pass, the process's largest resident MiB, and rows.
 */
public final class DataProbe {
  private DataProbe() {}

  public static void main(String[] args) throws Exception {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long begin = system.getProcessCpuTime();
    long rows =
        args[0].equals("bare")
            ? bare(Path.of(args[1]))
            : DataSet.load(Path.of(args[1]), Path.of(args[2])).trainRows();
    double seconds = (system.getProcessCpuTime() - begin) / 1e9;
    System.out.println(seconds + " " + residentMib() + " " + rows);
  }

  private static long bare(Path file) throws Exception {
    long rows = -1; // the header
    CSVFormat format = CSVFormat.RFC4180;
    try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        CSVParser parser = format.parse(text)) {
      for (CSVRecord ignored : parser) {
        rows++;
      }
    }
    return rows;
  }

  private static long residentMib() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
      }
    }
    throw new IllegalStateException("no VmHWM in /proc/self/status");
  }
}

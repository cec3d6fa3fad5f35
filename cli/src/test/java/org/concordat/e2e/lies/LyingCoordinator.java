package org.concordat.e2e.lies;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import org.concordat.coordinator.Coordinator;
import org.concordat.coordinator.CoordinatorConfig;

/**
 * The real coordinator with one named lie switched on: {@code CONFIG [LIE]}. A line on stdin
 * switches to another lie ({@code honest}: to none), or makes it act at once: {@code ask-nonreveal
 * MEMBER}, {@code replay-epoch-start MEMBER}. {@code list} prints the table.
 */
public final class LyingCoordinator {
  private LyingCoordinator() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("list")) {
      Lies.ALL.forEach(lie -> System.out.println(lie.name() + ": " + lie.what()));
      return;
    }
    LyingTraffic desk = new LyingTraffic();
    desk.tell(Lies.named(arguments.length > 1 ? arguments[1] : "honest"));
    Coordinator coordinator =
        Coordinator.start(
            CoordinatorConfig.read(Path.of(arguments[0])),
            "test",
            Clock.systemUTC(),
            point -> {},
            desk,
            new LyingCalls(desk));
    System.out.println("READY " + coordinator.port());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = in.readLine()) != null) {
      String[] words = line.strip().split(" ");
      switch (words[0]) {
        case "ask-nonreveal" -> desk.askNonReveal(words[1]);
        case "replay-epoch-start" -> desk.replayEpochStart(words[1]);
        default -> desk.tell(Lies.named(words[0]));
      }
      System.out.println("DONE " + line);
    }
    coordinator.close();
    Runtime.getRuntime().halt(0);
  }
}

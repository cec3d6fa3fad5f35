package org.concordat.e2e;

import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.concordat.agent.Agent;
import org.concordat.agent.AgentConfig;
import org.concordat.coordinator.Coordinator;
import org.concordat.coordinator.CoordinatorConfig;
import org.concordat.coordinator.Regional;
import org.concordat.coordinator.RegionalConfig;

/**
 * A coordinator, an aggregator or an agent as a process of its own: {@code
 * coordinator|regional|agent CONFIG [POINT]}. At the given crash point it prints PAUSED and stands
 * still, so that the test kills it exactly there; with {@code copies:FOLDER} it goes on, and leaves
 * a copy of its state after every step; with {@code hold:FILE} an agent that has trained prints
 * HELD and waits as long as there is such a file; with {@code record:FILE} a coordinator or
 * aggregator appends each message that comes or goes, as it is inside TLS.
 */
public final class ProcessMain {
  static final String COPIES = "copies:";
  static final String HOLD = "hold:";
  static final String RECORD = "record:";
  private static final long LOOK_MILLIS = 50;
  private static final long CLOSE_MILLIS = 10_000;

  private ProcessMain() {}

  public static void main(String[] arguments) throws Exception {
    String point = arguments.length > 2 ? arguments[2] : "";
    Consumer<String> crashPoint = at(point);
    ServerInterceptor[] observers =
        point.startsWith(RECORD)
            ? new ServerInterceptor[] {new Recorder(Path.of(point.substring(RECORD.length())))}
            : new ServerInterceptor[0];
    Path config = Path.of(arguments[1]);
    Runnable close = () -> {};
    if (arguments[0].equals("coordinator")) {
      Coordinator coordinator =
          Coordinator.start(
              CoordinatorConfig.read(config), "test", Clock.systemUTC(), crashPoint, observers);
      System.out.println("READY " + coordinator.port());
      close = coordinator::close;
    } else if (arguments[0].equals("regional")) {
      Regional.start(RegionalConfig.read(config), "test", Clock.systemUTC(), observers);
      System.out.println("READY 0");
    } else {
      Agent.start(AgentConfig.read(config), "test", Clock.systemUTC(), crashPoint);
      System.out.println("READY 0");
    }
    // ends with its parent: the test's pipe closes
    while (System.in.read() >= 0) {
      continue;
    }
    Thread closing = new Thread(close);
    closing.start();
    closing.join(CLOSE_MILLIS); // at a crash point it stands still
    Runtime.getRuntime().halt(0);
  }

  private static Consumer<String> at(String point) {
    if (point.startsWith(COPIES)) {
      return copies(Path.of(point.substring(COPIES.length())));
    }
    return point.startsWith(HOLD)
        ? holdAsLongAs(Path.of(point.substring(HOLD.length())))
        : pauseAt(point);
  }

  private static Consumer<String> holdAsLongAs(Path file) {
    return reached -> {
      if (reached.equals("trained") && Files.exists(file)) {
        System.out.println("HELD");
        System.out.flush();
        while (Files.exists(file)) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
      }
    };
  }

  /** Of the folder {@code state} beside the given one, file by file, while nothing writes to it. */
  private static Consumer<String> copies(Path folder) {
    AtomicInteger number = new AtomicInteger();
    return reached -> {
      if (!reached.startsWith("after:")) {
        return;
      }
      Path state = folder.resolveSibling("state");
      Path copy = folder.resolve(String.valueOf(number.getAndIncrement()));
      try {
        Files.createDirectories(copy);
        for (String name : List.of("state.sqlite", "state.sqlite-wal", "keys")) {
          if (Files.exists(state.resolve(name))) {
            Files.copy(state.resolve(name), copy.resolve(name));
          }
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    };
  }

  private static Consumer<String> pauseAt(String point) {
    AtomicBoolean once = new AtomicBoolean();
    return reached -> {
      if (reached.equals(point) && once.compareAndSet(false, true)) {
        System.out.println("PAUSED " + point);
        System.out.flush();
        try {
          Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }
}

package org.concordat.agent.emergency;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmergencyStopTest {
  @TempDir Path home;

  @Test
  void itIsSetUntilSomebodyLiftsIt() throws Exception {
    EmergencyStop stop = new EmergencyStop(home);
    assertThat(stop.isSet()).isFalse();
    stop.set("records\nleaked");
    stop.set("again");
    assertThat(new EmergencyStop(home).isSet()).isTrue();
    assertThat(stop.reason()).as("the first reason stays, on one line").isEqualTo("records leaked");
    assertThat(stop.lift()).isTrue();
    assertThat(stop.lift()).isFalse();
    assertThat(stop.isSet()).isFalse();
    assertThat(stop.reason()).isEmpty();
  }

  /**
   * Whatever is there under that name stops: an empty file, a folder, a link that leads nowhere.
   */
  @Test
  void anythingOfThatNameStops() throws Exception {
    EmergencyStop stop = new EmergencyStop(home);
    Files.createFile(stop.file());
    assertThat(stop.isSet()).isTrue();
    stop.lift();
    Files.createDirectory(stop.file());
    assertThat(stop.isSet()).isTrue();
    assertThat(stop.reason()).isEmpty();
    stop.lift();
    Files.createSymbolicLink(stop.file(), home.resolve("nowhere"));
    assertThat(stop.isSet()).isTrue();
  }

  @Test
  void whoWatchesIsToldOnce() throws Exception {
    EmergencyStop stop = new EmergencyStop(home);
    CountDownLatch told = new CountDownLatch(1);
    stop.watch(told::countDown);
    assertThat(told.await(3 * EmergencyStop.LOOK_MILLIS, TimeUnit.MILLISECONDS)).isFalse();
    Files.createFile(stop.file());
    assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
  }
}

package org.concordat.agent.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unpacking natives once, with a script in java's place that counts how often it is run. */
class TrainerLaunchTest {
  @TempDir Path directory;
  private Path cache;
  private Path runs;

  @BeforeEach
  void directories() {
    cache = directory.resolve("cache");
    runs = directory.resolve("runs");
  }

  @Test
  void isDoneOnceHoweverManyAskAtOnce() throws Exception {
    TrainerLaunch launch = launch("echo \"$@\" >> " + runs + "; sleep 0.3");
    ExecutorService agents = Executors.newFixedThreadPool(4);
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(launch::prepare);
    }
    int done = 0;
    for (Future<Boolean> call : agents.invokeAll(calls)) {
      done += call.get() ? 1 : 0;
    }
    agents.shutdown();
    assertThat(done).isEqualTo(1);
    assertThat(Files.readAllLines(runs))
        .singleElement()
        .asString()
        .endsWith("--prepare")
        .contains("cachedir=" + cache);
    assertThat(launch.prepare()).isFalse();
  }

  @Test
  void aFailureLeavesNoMarkerAndNamesTheLog() throws IOException {
    TrainerLaunch failing = launch("echo no space; exit 3");
    assertThatThrownBy(failing::prepare)
        .isInstanceOf(TrainerFailedException.class)
        .hasMessageContaining(cache.resolve("prepare.log").toString());
    assertThat(Files.readString(cache.resolve("prepare.log"))).contains("no space");
    assertThat(cache.resolve(NativeCache.PREPARED)).doesNotExist();
  }

  @Test
  void aCacheThatCannotBeMadeIsNamed() throws IOException {
    Files.writeString(cache, "a file is in the way");
    TrainerLaunch launch = launch("exit 0");
    assertThatThrownBy(launch::prepare)
        .isInstanceOf(TrainerFailedException.class)
        .hasMessageContaining("natives cannot be unpacked into " + cache)
        .hasMessageContaining("Next: ");
  }

  @Test
  void aCacheThatCanBeUsedHasNoProblemAndKeepsNothingOfTheProbe() throws IOException {
    assertThat(NativeCache.problem(cache)).isEmpty();
    assertThat(cache).isEmptyDirectory();
  }

  @Test
  void aCommandOfTheMembersOwnNeedsNone() throws Exception {
    assertThat(new TrainerLaunch(List.of("anything"), null, cache, directory).prepare()).isFalse();
    assertThat(cache).doesNotExist();
  }

  private TrainerLaunch launch(String script) throws IOException {
    Path java = directory.resolve("java");
    Files.writeString(java, "#!/bin/sh\n" + script + "\n");
    java.toFile().setExecutable(true);
    return new TrainerLaunch(List.of(java.toString()), directory.resolve("jars"), cache, directory);
  }
}

package org.concordat.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.AgentCore;
import org.concordat.agent.approval.ApprovalRule;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.train.TrainerSettings;
import org.concordat.agent.witness.HeadDemand;
import org.concordat.agent.work.Threads;
import org.concordat.certs.FirstStore;
import org.concordat.protocol.WireLimits;
import org.concordat.store.Blobs;
import org.concordat.store.Entries;

/** A real agent's core on virtual time; it can be killed and started again. */
final class SimulatedAgent implements Node {
  private final String name;
  private final int index;
  private final Founded founded;
  private final Path home;
  private final VirtualTime time;
  private final Random random;
  private final Network network;
  private final Watch watch;
  private final Liar liar;
  private final MemoryDisk disk = new MemoryDisk();
  private Life life;

  /**
   * @param index which parameter its trainer changes
   * @param directory of this run
   * @param liar what it really says
   */
  SimulatedAgent(
      String name,
      int index,
      Founded founded,
      Path directory,
      VirtualTime time,
      Random random,
      Network network,
      Watch watch,
      Liar liar) {
    this.name = name;
    this.index = index;
    this.founded = founded;
    this.home = directory.resolve(name);
    this.time = time;
    this.random = random;
    this.network = network;
    this.watch = watch;
    this.liar = liar;
    this.life = new Life(name);
    life.end();
    try {
      Files.createDirectories(home);
      FirstStore.found(home);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Life life() {
    return life;
  }

  @Override
  public MemoryDisk disk() {
    return disk;
  }

  /** The store is gone, with everything in it. */
  void loseDisk() {
    disk.clear();
    new Blobs(home.resolve("blobs")).names().forEach(new Blobs(home.resolve("blobs"))::erase);
  }

  @Override
  public void start() {
    life = new Life(name);
    Entries entries = disk.entries(life);
    DirectCalls calls = new DirectCalls(name, network, life, watch, liar);
    AgentCore.start(
        config(),
        "simulation",
        founded.site(name),
        new Rosters(founded.genesis(), entries, network.signatures()),
        founded.dataSets(),
        new AgentCore.Ports(
            time.clock(life),
            new SeededRandom(random.nextLong()),
            new Threads(
                new VirtualExecutor(time, life, () -> 0),
                new VirtualExecutor(time, life, () -> 5 + random.nextInt(2000)),
                new VirtualExecutor(time, life, () -> 1 + random.nextInt(300))),
            new AgentCore.Line(
                new VirtualLink(name, time, life, network, watch, liar), calls, calls),
            (spec, data) -> new PureTrainer(index, random, network::declines),
            new AgentCore.Disk(entries, new Blobs(home.resolve("blobs"))),
            point -> {}));
  }

  private AgentConfig config() {
    return new AgentConfig(
        name,
        home,
        founded.home("none"),
        Founded.COORDINATOR,
        false,
        "127.0.0.1",
        1,
        home,
        List.of(),
        new ApprovalRule(
            List.of("medical-research"),
            0,
            List.of(),
            new ApprovalRule.FurtherJobs(1_000_000, false)),
        0.5,
        Optional.empty(),
        HeadDemand.NONE,
        new TrainerSettings(null, null, List.of(), home, Duration.ofSeconds(30), 4096),
        WireLimits.DEFAULT,
        Duration.ofDays(1),
        1000);
  }

  /** The same bytes for the same seed. */
  private static final class SeededRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final transient Random source;

    SeededRandom(long seed) {
      source = new Random(seed);
    }

    @Override
    public void nextBytes(byte[] bytes) {
      source.nextBytes(bytes);
    }

    @Override
    public int nextInt() {
      return source.nextInt();
    }

    @Override
    public long nextLong() {
      return source.nextLong();
    }
  }
}

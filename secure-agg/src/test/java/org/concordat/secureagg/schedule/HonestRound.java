package org.concordat.secureagg.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Site;
import org.concordat.secureagg.World;
import org.concordat.secureagg.kernel.Accumulator;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Unmasker;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.secureagg.server.RoundServer.Phase;
import org.concordat.secureagg.step.Action;
import org.concordat.secureagg.step.Notice;

/**
 * One (job, round) with an honest coordinator: the real fold and the real members, each restored
 * from its disk before every message. Immutable: every step gives another one.
 */
final class HonestRound {
  private static final int ELEMENTS = 4;
  private static final Digest NEXT = World.digest("next state");

  private final World world;
  private final RoundServer server;
  private final List<Bytes> quorums;
  private final Map<String, Site> sites;
  private final List<String> gone;
  private final int[] sum;

  private HonestRound(
      World world,
      RoundServer server,
      List<Bytes> quorums,
      Map<String, Site> sites,
      List<String> gone,
      int[] sum) {
    this.world = world;
    this.server = server;
    this.quorums = quorums;
    this.sites = sites;
    this.gone = gone;
    this.sum = sum;
  }

  /** A world whose epoch is certified; tokens that no attempt needs leave the disks. */
  static HonestRound start(World world, int attempts) {
    for (Site site : world.sites.values()) {
      site.disk.keySet().removeIf(key -> key.startsWith("secret/") && token(key) >= attempts);
    }
    RoundServer server = world.startRound(task(world, List.of()));
    return new HonestRound(
        world, server, List.of(), new TreeMap<>(world.sites), List.of(), new int[0]);
  }

  private static int token(String key) {
    return Integer.parseInt(key.substring(key.lastIndexOf('/') + 1));
  }

  private static Task task(World world, List<Bytes> quorums) {
    return world.task(0, quorums.size(), quorums.size(), ELEMENTS - 1, World.INITIAL, quorums);
  }

  private HonestRound with(RoundServer next) {
    return new HonestRound(world, next, quorums, sites, gone, sum);
  }

  boolean ended() {
    return server.phase() == Phase.CHECKPOINTED;
  }

  int dropped() {
    return gone.size();
  }

  int attempt() {
    return quorums.size();
  }

  List<String> here() {
    return world.cohort.members().stream().filter(name -> !gone.contains(name)).toList();
  }

  /** The member is gone for good. */
  HonestRound drop(String member) {
    List<String> more = new ArrayList<>(gone);
    more.add(member);
    return new HonestRound(world, server, quorums, sites, more, sum);
  }

  /**
   * What is due to the member reaches it.
   *
   * @param lost whether its answers are lost on the way, after they became durable
   */
  HonestRound deliver(String member, boolean lost) throws Refusal {
    Site site = sites.get(member).fork();
    site.uploads.clear();
    site.notices.clear();
    RoundServer next = server;
    boolean knewTask = site.disk.keySet().stream().anyMatch(this::isTaskKey);
    for (byte[] message : server.outgoing(member)) {
      for (byte[] answer : site.handle(message)) {
        next = lost ? next : next.accept(answer);
      }
      if (!site.noticed(Notice.ResultReady.class).isEmpty() && sum.length > 0) {
        for (byte[] answer : site.apply(m -> m.adopt(server.task().digest(), sum.clone(), NEXT))) {
          next = lost ? next : next.accept(answer);
        }
        site.notices.clear();
      }
    }
    if (knewTask && server.phase() == Phase.COLLECTING && !site.member().openTasks().isEmpty()) {
      site.apply(m -> m.protect(server.task().digest(), new double[ELEMENTS - 1], 1));
    }
    for (Action.Upload upload : site.uploads) {
      next = lost ? next : next.acceptUpload(upload.sealedCommitment().toArray());
    }
    Map<String, Site> now = new TreeMap<>(sites);
    now.put(member, site);
    return new HonestRound(world, next, quorums, now, gone, sum);
  }

  private boolean isTaskKey(String key) {
    return key.matches("token/1/0*" + attempt() + "/task");
  }

  /** What the coordinator can do by itself now. */
  List<HonestRound> choices() throws Refusal {
    List<HonestRound> all = new ArrayList<>();
    Phase phase = server.phase();
    if (phase == Phase.COLLECTING && server.uploads().size() >= world.cohort.minSurvivors()) {
      all.add(with(server.freezeSurvivors()));
    }
    if (server.certifiable()) {
      all.add(with(server.chooseCertificate()));
    }
    boolean open = phase == Phase.COLLECTING || phase == Phase.CERTIFYING;
    if (open && (attempt() == 0 || hopeless())) {
      all.add(with(server.chooseNonReveal()));
    }
    if (phase == Phase.APPLYING) {
      all.add(result());
    }
    if (phase == Phase.VOIDED) {
      all.add(retry());
    }
    return all;
  }

  /** Whether too many of U3 are gone for a certificate: what a deadline finds out. */
  private boolean hopeless() {
    long able =
        server.survivors().stream()
            .filter(name -> !gone.contains(name) || !server.waiting().missing().contains(name))
            .count();
    return server.phase() == Phase.CERTIFYING && able < world.cohort.threshold();
  }

  private HonestRound result() throws Refusal {
    int bits = server.task().quantisation().wireBits();
    Accumulator accumulator = new Accumulator(bits, 0, ELEMENTS);
    for (String survivor : server.survivors()) {
      byte[] wire = sites.get(survivor).blobs.get("y/1/" + attempt());
      accumulator.fold(0, wire, 0, ELEMENTS);
    }
    int[] total = accumulator.sum();
    Unmasker.unmask(bits, total, 0, server.unmaskingInput(), 1);
    RoundServer next = server.result(MerkleRoot.ofWords(total), NEXT);
    return new HonestRound(world, next, quorums, sites, gone, total);
  }

  private HonestRound retry() {
    List<Bytes> more = new ArrayList<>(quorums);
    more.add(server.nonRevealQuorum().orElseThrow());
    RoundServer next = RoundServer.start(world.epoch, task(world, more), world.notary);
    return new HonestRound(world, next, more, sites, gone, new int[0]);
  }

  /**
   * The state but for who is who. What stands on a disk follows, in an honest round, from what else
   * is here and from which keys there are.
   */
  String key() {
    List<String> missing = server.waiting().missing();
    List<String> members = new ArrayList<>();
    for (String name : world.cohort.members()) {
      members.add(
          (gone.contains(name) ? "gone " : "here ")
              + server.uploads().containsKey(name)
              + server.survivors().contains(name)
              + missing.contains(name)
              + (gone.contains(name) ? "" : disk(sites.get(name))));
    }
    members.sort(null);
    return attempt() + " " + server.phase() + " " + members;
  }

  /**
   * Keys on the disk. Of earlier attempts only that they are closed, once the member has taken the
   * task of this one, for which it was shown that they are void.
   */
  private List<String> disk(Site site) {
    boolean took = site.disk.keySet().stream().anyMatch(this::isTaskKey);
    return site.disk.keySet().stream()
        .filter(key -> !key.startsWith("sec") && !key.startsWith("man"))
        .filter(
            key ->
                !took
                    || !key.startsWith("token/1/")
                    || key.endsWith("/closed")
                    || key.endsWith("/voided")
                    || key.matches("token/1/0*" + attempt() + "/.*"))
        .toList();
  }

  @Override
  public String toString() {
    Map<String, String> where = new HashMap<>();
    sites.forEach((name, site) -> where.put(name, gone.contains(name) ? "gone" : "here"));
    return "attempt %d at %s, waiting for %s, %s"
        .formatted(attempt(), server.phase(), server.waiting().missing(), where);
  }
}

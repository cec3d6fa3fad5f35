package org.concordat.coordinator.region;

import com.google.protobuf.ByteString;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.region.RegionSessions.Session;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.protocol.v1.RegionDown;
import org.concordat.protocol.v1.RegionKept;
import org.concordat.protocol.v1.RegionTask;
import org.concordat.secureagg.Digest;

/**
 * Tells aggregators whatever they must know at that moment: rosters, tasks, certificates, and what
 * is still to be kept. All of it follows from what is durable, so that a new session, and a restart
 * of either side, needs nothing more. On the mailbox thread.
 */
public final class RegionPost {
  private final RegionSessions sessions;
  private final Directory directory;
  private final RoundEngine engine;
  private final Epochs epochs;
  private final KeptTasks kept;

  /** Which tasks' uploads a region must keep beside those of open rounds. */
  @FunctionalInterface
  public interface KeptTasks {
    /** Of committed rounds whose evidence, and partial sum of this region, is still here. */
    Set<Digest> of(String region);
  }

  public RegionPost(
      RegionSessions sessions,
      Directory directory,
      RoundEngine engine,
      Epochs epochs,
      KeptTasks kept) {
    this.sessions = sessions;
    this.directory = directory;
    this.engine = engine;
    this.epochs = epochs;
    this.kept = kept;
  }

  /** To everybody who is here, what is new. */
  public void look() {
    sessions.all().forEach(this::news);
  }

  /** The same of what is still to be kept: now and then. */
  public void lookAtKept() {
    sessions.all().forEach(this::tellKept);
  }

  /** Everything: a session has begun. */
  void begin(Session session) {
    news(session);
    tellKept(session);
  }

  private void news(Session session) {
    sessions.tell(
        session,
        "roster " + directory.roster().version(),
        RegionDown.newBuilder()
            .setRosterChain(ByteString.copyFrom(directory.chain().toBytes()))
            .build());
    directory
        .revocations()
        .forAgents()
        .forEach(
            crl ->
                sessions.tell(
                    session,
                    "crl " + Digest.sha256(crl.getCrl().toByteArray()).hex(),
                    RegionDown.newBuilder().setCrl(crl.getCrl()).build()));
    rounds(session).forEach(round -> tell(session, round));
  }

  private List<Round> rounds(Session session) {
    return engine.open().values().stream()
        .filter(round -> round.regions().names().contains(session.region()))
        .filter(RegionPost::isUsed)
        .toList();
  }

  /** Not one that was given up. */
  private static boolean isUsed(Round round) {
    return !round.closed() && round.server().nonRevealQuorum().isEmpty();
  }

  private void tell(Session session, Round round) {
    String task = round.task().digest().hex();
    sessions.tell(session, "task " + task, RegionDown.newBuilder().setTask(task(round)).build());
    round
        .server()
        .certificate()
        .filter(certificate -> round.missingRegions().contains(session.region()))
        .ifPresent(
            certificate ->
                sessions.tell(
                    session,
                    "certificate " + task,
                    RegionDown.newBuilder()
                        .setCertificate(ByteString.copyFrom(certificate.toArray()))
                        .build()));
  }

  private RegionTask task(Round round) {
    return RegionTask.newBuilder()
        .setTask(ByteString.copyFrom(round.task().core()))
        .setManifestCertificate(
            ByteString.copyFrom(epochs.find(round.task().epoch()).certificate().orElseThrow()))
        .setJob(round.task().job())
        .setRound(round.task().round() + 1)
        .setCohort(round.cohort())
        .build();
  }

  private void tellKept(Session session) {
    Set<Digest> all = new HashSet<>(kept.of(session.region()));
    rounds(session).forEach(round -> all.add(round.task().digest()));
    if (session.keeps(all)) {
      RegionKept.Builder message = RegionKept.newBuilder();
      all.forEach(task -> message.addTasks(ByteString.copyFrom(task.bytes())));
      sessions.push(session, RegionDown.newBuilder().setKept(message).build());
    }
  }
}

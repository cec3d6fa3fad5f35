package org.concordat.agent;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Consumer;
import org.concordat.agent.approval.ApprovalCheck;
import org.concordat.agent.approval.Inbox;
import org.concordat.agent.approval.Requests;
import org.concordat.agent.approval.SiteJobs;
import org.concordat.agent.approval.SitePolicy;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.session.Fetcher;
import org.concordat.agent.session.Link;
import org.concordat.agent.train.LocalTrainer;
import org.concordat.agent.upload.Uploader;
import org.concordat.iam.Site;
import org.concordat.protocol.Envelopes;
import org.concordat.secureagg.member.Member;
import org.concordat.store.Blobs;
import org.concordat.store.Entries;

/**
 * Everything of an agent that decides: what is between its mailbox and the ports to clock, network,
 * disk and trainer. {@link Agent} gives it those of a process, the simulation virtual ones.
 */
public final class AgentCore implements AutoCloseable {
  /**
   * What a core works with.
   *
   * @param crashPoint told each point at which crash tests kill the process; does nothing otherwise
   */
  public record Ports(
      Clock clock,
      SecureRandom random,
      Threads threads,
      Link link,
      Fetcher fetcher,
      Uploader uploader,
      LocalTrainer.Starter trainers,
      Entries entries,
      Blobs blobs,
      Consumer<String> crashPoint) {}

  private final Threads threads;
  private final Link link;
  private final Worker worker;
  private final AgentStatus status;

  private AgentCore(Threads threads, Link link, Worker worker, AgentStatus status) {
    this.threads = threads;
    this.link = link;
    this.worker = worker;
    this.status = status;
  }

  /**
   * Restores what is stored, and opens the session in the background.
   *
   * @param software name and version, told to the coordinator
   * @param rosters over the same entries
   */
  public static AgentCore start(
      AgentConfig config,
      String software,
      Site site,
      Rosters rosters,
      DataSets dataSets,
      Ports ports) {
    Clock clock = ports.clock();
    Entries entries = ports.entries();
    SiteNotary notary =
        new SiteNotary(
            new Envelopes(
                site.genesis().roster().alliance().value(),
                config.name(),
                site.keys()::sign,
                rosters,
                clock.millis() * 1000));
    AgentStatus status = new AgentStatus(config.home(), config.name(), clock);
    SitePolicy policy =
        new SitePolicy(site.genesis(), rosters, config.name(), config.coordinatorName(), clock);
    Worker worker =
        new Worker(
            dataSets,
            ports.trainers(),
            ports.fetcher(),
            new SpotCheck(ports.fetcher(), notary, policy, config.spotCheck(), ports.random()));
    MemberSteps steps =
        new MemberSteps(
            durable -> Member.restore(config.name(), notary, ports.random(), durable),
            entries,
            ports.blobs(),
            ports.crashPoint());
    Requests requests =
        new Requests(
            entries,
            Inbox.open(config.home()),
            new ApprovalCheck(notary, rosters, config.approval().approvers()),
            config.name(),
            clock);
    new Desk(
            config,
            software,
            clock,
            new FirstStoreMark(config.home(), entries),
            rosters,
            notary,
            steps,
            new SiteJobs(entries),
            policy,
            requests,
            dataSets,
            status,
            site.genesis().policyDigest().bytes(),
            ports.threads(),
            ports.link(),
            desk ->
                new Errands(
                    desk,
                    ports.threads(),
                    worker,
                    ports.uploader(),
                    ports.blobs(),
                    ports.crashPoint()))
        .start();
    return new AgentCore(ports.threads(), ports.link(), worker, status);
  }

  /** Ends the session and the trainer; everything that was accepted is durable. */
  @Override
  public void close() {
    link.close();
    threads.stop();
    worker.close();
    threads.close();
    status.set("connected", false);
    status.set("state", "stopped");
  }
}

package org.concordat.coordinator.regional;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.MembersNotary;
import org.concordat.coordinator.evidence.UploadLeaves;
import org.concordat.coordinator.gateway.UploadCalls;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.session.LastStatements;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.iam.EnvelopeNotary;
import org.concordat.iam.Site;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.ResumableUpload;
import org.concordat.protocol.WireLimits;
import org.concordat.protocol.v1.RegionHello;
import org.concordat.protocol.v1.RegionUp;
import org.concordat.secureagg.Digest;
import org.concordat.store.Blobs;
import org.concordat.store.Entries;
import org.concordat.store.StoreException;

/** Everything of a regional aggregator that decides, between its port and its session. */
public final class RegionalCore {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration FLUSH = Duration.ofSeconds(1);

  private final RootSession session;
  private final Mailbox mailbox;
  private final LastStatements statements;
  private final RegionalGateway gateway;

  /**
   * Restores what is stored.
   *
   * @param software name and version, told to the coordinator
   * @param directory over the same entries
   * @param root a connection to the coordinator
   */
  public RegionalCore(
      String software,
      Site site,
      Directory directory,
      Entries entries,
      Blobs blobs,
      Mailbox mailbox,
      WireLimits limits,
      ManagedChannel root,
      Clock clock) {
    this.mailbox = mailbox;
    String self = site.id().value();
    EnvelopeNotary record =
        new EnvelopeNotary(envelopes(site, directory.ofRecord(), clock), directory::chain);
    EnvelopeNotary strict = new EnvelopeNotary(envelopes(site, directory, clock), directory::chain);
    MembersNotary notary = new MembersNotary(directory, record, strict);
    Uploads uploads = new Uploads(blobs);
    statements = new LastStatements(entries, notary);
    session =
        new RootSession(
            root,
            RegionHello.newBuilder()
                .setProtocolVersion(ProtocolVersion.WIRE)
                .setSoftware(software)
                .setGenesisDigest(ByteString.copyFrom(site.genesis().digest().bytes()))
                .build(),
            mailbox);
    RegionRounds rounds =
        new RegionRounds(
            new RosterRegion(directory, self),
            notary,
            entries,
            uploads,
            statement ->
                session.push(
                    RegionUp.newBuilder().setHolds(ByteString.copyFrom(statement)).build()));
    PartialWork work =
        new PartialWork(
            self,
            mailbox,
            notary,
            entries,
            uploads,
            new ResumableUpload(root, limits.partBytes()),
            this::notForwarded);
    session.onMessage(new RootMessages(directory, rounds, work, session)::received);
    gateway =
        new RegionalGateway(
            new UploadCalls(rounds, mailbox, notary, uploads, statements, limits),
            rounds,
            new UploadLeaves(uploads),
            mailbox);
  }

  private void notForwarded(Digest task, Exception failure) {
    session.push(RootMessages.refusal(task, String.valueOf(failure.getMessage())));
    if (failure instanceof StoreException
        || failure instanceof IOException
        || failure instanceof UncheckedIOException) {
      session.again(); // the certificate comes again in the next
    }
  }

  private static Envelopes envelopes(Site site, Envelopes.Verifier keys, Clock clock) {
    return new Envelopes(
        site.genesis().roster().alliance().value(),
        site.id().value(),
        site.keys()::sign,
        keys,
        clock.millis() * 1000);
  }

  /** What time brings, from now on; opens the session. */
  public void tick() {
    mailbox.every(LOOK, session::look);
    mailbox.every(FLUSH, statements::flush);
  }

  /** What the region's members call. */
  public RegionalGateway gateway() {
    return gateway;
  }
}

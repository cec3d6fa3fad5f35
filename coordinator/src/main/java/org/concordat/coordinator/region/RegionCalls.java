package org.concordat.coordinator.region;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.concordat.coordinator.access.CallerInterceptor;
import org.concordat.coordinator.epoch.EpochLog;
import org.concordat.coordinator.gateway.RoundMessages;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.region.RegionSessions.Session;
import org.concordat.coordinator.session.LastStatements;
import org.concordat.coordinator.upload.UploadRefusedException;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.RegionDown;
import org.concordat.protocol.v1.RegionGatewayGrpc;
import org.concordat.protocol.v1.RegionHello;
import org.concordat.protocol.v1.RegionUp;
import org.concordat.protocol.v1.RegionWelcome;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.region.RegionHolds;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions of aggregators: hello first, then what they hold. */
public final class RegionCalls extends RegionGatewayGrpc.RegionGatewayImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(RegionCalls.class);
  private static final int TEXT_CHARACTERS = 2000;

  private final Mailbox mailbox;
  private final RegionSessions sessions;
  private final RegionPost post;
  private final Intake intake;
  private final RegionWelcome welcome;
  private final ByteString genesisDigest;

  /**
   * Who takes what comes.
   *
   * @param statements told of each member's commitment that an aggregator passes on
   */
  public record Intake(
      Notary notary, RoundMessages rounds, LastStatements statements, EpochLog log) {
    /** What an aggregator says it has: counts as the upload of the member that has signed it. */
    void holds(String region, byte[] sealed) {
      try {
        RegionHolds holds = RegionHolds.open(notary, sealed);
        if (!holds.region().equals(region)) {
          throw new BadEnvelopeException("'%s' sends what '%s' signed".formatted(region, holds));
        }
        byte[] commitment = holds.sealedCommitment().toArray();
        Notary.Opened opened = notary.open(commitment);
        if (!opened.type().equals(UploadCommitment.TYPE)) {
          throw new BadEnvelopeException("it holds a " + opened.type() + ", which is no upload");
        }
        statements.heard(opened, commitment);
        rounds.heldBy(
            region, opened.sender(), commitment, UploadCommitment.decode(opened.payload()));
      } catch (Refusal refusal) {
        log.refused(region, refusal);
      } catch (BadEnvelopeException | MalformedMessageException | UploadRefusedException bad) {
        log.badMessage(region, "a message was not acted upon: " + bad.getMessage());
      }
    }
  }

  /**
   * @param software name and version, told to aggregators
   */
  public RegionCalls(
      Mailbox mailbox,
      RegionSessions sessions,
      RegionPost post,
      Intake intake,
      ByteString genesisDigest,
      String software) {
    this.mailbox = mailbox;
    this.sessions = sessions;
    this.post = post;
    this.intake = intake;
    this.genesisDigest = genesisDigest;
    this.welcome =
        RegionWelcome.newBuilder()
            .setProtocolVersion(ProtocolVersion.WIRE)
            .setSoftware(software)
            .build();
  }

  @Override
  public StreamObserver<RegionUp> regionSession(StreamObserver<RegionDown> down) {
    String region = CallerInterceptor.CALLER.get().member().value();
    ServerCallStreamObserver<RegionDown> stream = (ServerCallStreamObserver<RegionDown>) down;
    stream.disableAutoRequest();
    stream.request(1);
    return new Stream(region, stream);
  }

  /** One aggregator's session: a message at a time, the next is read once this one is handled. */
  private final class Stream implements StreamObserver<RegionUp> {
    private final String region;
    private final ServerCallStreamObserver<RegionDown> down;
    private @Nullable Session session;

    Stream(String region, ServerCallStreamObserver<RegionDown> down) {
      this.region = region;
      this.down = down;
      down.setOnCancelHandler(this::ended);
    }

    @Override
    public void onNext(RegionUp message) {
      Session open = session;
      if (open == null) {
        begin(message);
        return;
      }
      switch (message.getKindCase()) {
        case HOLDS -> {
          byte[] sealed = message.getHolds().toByteArray();
          handOn(() -> intake.holds(region, sealed));
        }
        case REFUSED -> {
          String text = message.getRefused().getText();
          String said = text.length() > TEXT_CHARACTERS ? text.substring(0, TEXT_CHARACTERS) : text;
          handOn(() -> intake.log().badMessage(region, "it adds nothing up: " + said));
        }
        default ->
            mailbox.post(
                () ->
                    sessions.end(
                        open,
                        Status.INVALID_ARGUMENT.withDescription(
                            "after its hello a region says what it holds, or refuses")));
      }
    }

    private void handOn(Runnable step) {
      mailbox.post(
          () -> {
            try {
              step.run();
            } finally {
              down.request(1);
            }
          });
    }

    private void begin(RegionUp message) {
      String wrong = wrong(message);
      if (!wrong.isEmpty()) {
        down.onError(Status.FAILED_PRECONDITION.withDescription(wrong).asRuntimeException());
        return;
      }
      Session open = new Session(region, down);
      session = open;
      down.onNext(RegionDown.newBuilder().setWelcome(welcome).build());
      handOn(
          () -> {
            sessions.open(open);
            LOG.info("aggregator {} connected", region);
            post.begin(open);
          });
    }

    private String wrong(RegionUp message) {
      if (!message.hasHello()) {
        return "the first message of a session must be a hello";
      }
      RegionHello hello = message.getHello();
      try {
        ProtocolVersion.require(
            "'" + region + "'", hello.getProtocolVersion(), ProtocolVersion.WIRE);
      } catch (ProtocolVersion.UnsupportedVersionException unsupported) {
        return String.valueOf(unsupported.getMessage());
      }
      return hello.getGenesisDigest().equals(genesisDigest)
          ? ""
          : "'" + region + "' has pinned another genesis: compare the files of both sides";
    }

    private void ended() {
      Session open = session;
      if (open != null) {
        mailbox.post(
            () -> {
              if (sessions.ended(open)) {
                LOG.info("aggregator {} disconnected", region);
              }
            });
      }
    }

    @Override
    public void onError(Throwable broken) {
      ended();
    }

    @Override
    public void onCompleted() {
      ended();
      down.onCompleted();
    }
  }
}

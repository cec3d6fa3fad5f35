package org.concordat.coordinator.gateway;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.access.CallerInterceptor;
import org.concordat.coordinator.calls.EvidenceCalls;
import org.concordat.coordinator.evidence.FileParts;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.round.RoundWork;
import org.concordat.coordinator.session.Downloads;
import org.concordat.coordinator.session.LastStatements;
import org.concordat.coordinator.session.Sessions.Session;
import org.concordat.coordinator.session.Traffic;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.ReadyWriter;
import org.concordat.protocol.WireLimits;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.BlobRequest;
import org.concordat.protocol.v1.EvidenceRequest;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.protocol.v1.LeavesRequest;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadProgress;
import org.concordat.protocol.v1.UploadQuery;
import org.concordat.protocol.v1.UploadReceipt;
import org.concordat.protocol.v1.Welcome;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.store.Blobs;
import org.jspecify.annotations.Nullable;

/** The calls of agents. Callers were authenticated and authorised before they come here. */
public final class GatewayService extends AgentGatewayGrpc.AgentGatewayImplBase {
  private final Receiver receiver;
  private final Mailbox mailbox;
  private final Notary notary;
  private final Uploads uploads;
  private final Blobs blobs;
  private final EvidenceCalls evidence;
  private final WireLimits limits;
  private final ByteString genesisDigest;
  private final String software;
  private final Clock clock;
  private final Traffic traffic;
  private final LastStatements statements;
  private final Downloads downloads;

  public GatewayService(
      Receiver receiver,
      Mailbox mailbox,
      Notary notary,
      Uploads uploads,
      Blobs blobs,
      EvidenceCalls evidence,
      WireLimits limits,
      byte[] genesisDigest,
      String software,
      Clock clock,
      Traffic traffic,
      LastStatements statements,
      Downloads downloads) {
    this.receiver = receiver;
    this.mailbox = mailbox;
    this.notary = notary;
    this.uploads = uploads;
    this.blobs = blobs;
    this.evidence = evidence;
    this.limits = limits;
    this.genesisDigest = ByteString.copyFrom(genesisDigest);
    this.software = software;
    this.clock = clock;
    this.traffic = traffic;
    this.statements = statements;
    this.downloads = downloads;
  }

  private static String caller() {
    return CallerInterceptor.CALLER.get().member().value();
  }

  @Override
  public StreamObserver<SessionUp> session(StreamObserver<SessionDown> down) {
    return new SessionStream(
        caller(),
        CallerInterceptor.LEAF_ENDS.get(),
        Optional.ofNullable(CallerInterceptor.MEMBER_CA.get()),
        (ServerCallStreamObserver<SessionDown>) down);
  }

  /** One agent's session: hello first, then sealed messages and reports, handed on in order. */
  private final class SessionStream implements StreamObserver<SessionUp> {
    private final String member;
    private final Instant leafEnds;
    private final Optional<Sha256> memberCa;
    private final ServerCallStreamObserver<SessionDown> down;
    private @Nullable Session session;

    SessionStream(
        String member,
        Instant leafEnds,
        Optional<Sha256> memberCa,
        ServerCallStreamObserver<SessionDown> down) {
      this.member = member;
      this.leafEnds = leafEnds;
      this.memberCa = memberCa;
      this.down = down;
      down.setOnCancelHandler(this::ended);
    }

    @Override
    public void onNext(SessionUp message) {
      traffic.up(member, message);
      Session open = session;
      if (open == null) {
        begin(message);
      } else if (message.hasSealed()) {
        byte[] sealed = message.getSealed().toByteArray();
        mailbox.post(() -> receiver.received(member, sealed));
      } else if (message.hasReport()) {
        mailbox.post(() -> receiver.reported(open, message.getReport()));
      } else if (message.hasRefused()) {
        mailbox.post(() -> receiver.refused(open, message.getRefused()));
      } else if (message.hasLogCosignature()) {
        mailbox.post(() -> receiver.cosigned(member, message.getLogCosignature()));
      } else if (message.hasRosterApproval()) {
        mailbox.post(() -> receiver.approved(open, message.getRosterApproval()));
      } else {
        down.onError(
            Status.INVALID_ARGUMENT
                .withDescription(
                    "a session carries sealed messages, reports, refusals, cosignatures and approvals after its hello")
                .asRuntimeException());
      }
    }

    private void begin(SessionUp message) {
      String wrong = wrong(message);
      if (!wrong.isEmpty()) {
        down.onError(Status.FAILED_PRECONDITION.withDescription(wrong).asRuntimeException());
        return;
      }
      Session open = new Session(member, down, clock.instant(), leafEnds, memberCa);
      session = open;
      traffic.down(member, welcome()).forEach(down::onNext);
      mailbox.post(() -> receiver.connected(open, message.getHello()));
    }

    private SessionDown welcome() {
      return SessionDown.newBuilder()
          .setWelcome(
              Welcome.newBuilder()
                  .setProtocolVersion(ProtocolVersion.WIRE)
                  .setSoftware(software)
                  .setUnixMillis(clock.millis())
                  .setLastStatement(
                      statements.of(member).map(ByteString::copyFrom).orElse(ByteString.EMPTY)))
          .build();
    }

    private String wrong(SessionUp message) {
      if (!message.hasHello()) {
        return "the first message of a session must be a hello";
      }
      Hello hello = message.getHello();
      try {
        ProtocolVersion.require(
            "'" + member + "'", hello.getProtocolVersion(), ProtocolVersion.WIRE);
      } catch (ProtocolVersion.UnsupportedVersionException unsupported) {
        return String.valueOf(unsupported.getMessage());
      }
      return hello.getGenesisDigest().equals(genesisDigest)
          ? ""
          : "'" + member + "' has pinned another genesis: compare the files of both sides";
    }

    private void ended() {
      Session open = session;
      if (open != null) {
        mailbox.post(() -> receiver.disconnected(open));
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

  @Override
  public void uploadState(UploadQuery query, StreamObserver<UploadProgress> answer) {
    try {
      Notary.Opened opened = notary.open(query.getSealedCommitment().toByteArray());
      UploadCommitment commitment = UploadCommitment.decode(opened.payload());
      boolean own = opened.sender().equals(caller());
      if (own) { // even if nothing of it ever comes: an older copy of its store must not send
        // another
        statements.heard(opened, query.getSealedCommitment().toByteArray());
      }
      long size = own ? uploads.size(caller(), commitment) : 0;
      answer.onNext(UploadProgress.newBuilder().setDurableBytes(size).build());
      answer.onCompleted();
    } catch (BadEnvelopeException | MalformedMessageException bad) {
      answer.onError(
          Status.INVALID_ARGUMENT
              .withDescription("no valid commitment: " + bad.getMessage())
              .asRuntimeException());
    }
  }

  @Override
  public StreamObserver<UploadPart> upload(StreamObserver<UploadReceipt> answer) {
    return new UploadReceiver(
        caller(), notary, statements, uploads, receiver, mailbox, limits, answer);
  }

  @Override
  public void download(BlobRequest request, StreamObserver<BlobPart> answer) {
    Optional<Path> file;
    try {
      Digest what =
          new Digest(
              (request.hasModel() ? request.getModel() : request.getSumRoot()).toByteArray());
      if (!downloads.may(caller(), what)) {
        answer.onError(
            Status.PERMISSION_DENIED
                .withDescription(
                    "no task and no result has told '"
                        + caller()
                        + "' of this model or sum: 'model export' asks the policy for it")
                .asRuntimeException());
        return;
      }
      file = file(request);
    } catch (MalformedMessageException malformed) {
      answer.onError(
          Status.INVALID_ARGUMENT.withDescription(malformed.getMessage()).asRuntimeException());
      return;
    }
    if (file.isEmpty()) {
      answer.onError(
          Status.NOT_FOUND.withDescription("no such model or sum is here").asRuntimeException());
      return;
    }
    ReadyWriter.install(
        (ServerCallStreamObserver<BlobPart>) answer,
        new FileParts(file.get(), request.getOffset(), limits.partBytes()));
  }

  @Override
  public void evidence(EvidenceRequest request, StreamObserver<BlobPart> answer) {
    evidence.send(caller(), request, answer);
  }

  @Override
  public void leaves(LeavesRequest request, StreamObserver<LeafPart> answer) {
    evidence.send(caller(), request, answer);
  }

  private Optional<Path> file(BlobRequest request) {
    if (request.hasModel()) {
      return blobs.file(new Digest(request.getModel().toByteArray()).hex());
    }
    return Optional.of(
            blobs.namedPath(RoundWork.sumName(new Digest(request.getSumRoot().toByteArray()))))
        .filter(Files::exists);
  }
}

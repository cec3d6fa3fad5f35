package org.concordat.e2e;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.concordat.agent.job.SiteJobs;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.certs.FirstStore;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.iam.EnvelopeNotary;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.Consent;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadReceipt;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.JobTerms;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.member.Member;
import org.concordat.secureagg.message.StoreAnswer;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.step.Action;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Step;

/**
 * A member with a real key that lies: secure aggregation's own state machine, without an agent
 * around it, and an upload that a {@link Lie} makes. It consents to everything.
 */
final class LyingMember implements AutoCloseable {
  /** What is really uploaded. */
  interface Lie {
    /**
     * @param wire the masked vector as it should be
     * @return what is committed to and sent; null for one that is not sent
     */
    byte[] upload(Task task, byte[] wire);
  }

  private final TestAlliance alliance;
  private final String name;
  private final Lie lie;
  private final boolean replays;
  private final ManagedChannel channel;
  private final Notary notary;
  private final Member member;
  private final Map<String, byte[]> blobs = new HashMap<>();
  private final Map<Digest, Task> tasks = new HashMap<>();
  private final List<byte[]> sent = new ArrayList<>();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final StreamObserver<SessionUp> up;

  /** What it says of another member's lost store, where the truth would be given. */
  volatile UnaryOperator<StoreAnswer> storeAnswers = UnaryOperator.identity();

  /** How uploads ended: OK, or the coordinator's refusal. */
  final List<Status> uploads = new CopyOnWriteArrayList<>();

  /** How the session ended, if it did. */
  final CompletableFuture<Status> ended = new CompletableFuture<>();

  /**
   * @param replays whether everything that was sent is sent again after each message
   */
  LyingMember(TestAlliance alliance, String name, boolean replays, Lie lie) throws Exception {
    this.alliance = alliance;
    this.name = name;
    this.lie = lie;
    this.replays = replays;
    this.channel = alliance.channel(name, Role.AGENT);
    this.notary =
        new EnvelopeNotary(
            new Envelopes(
                "test", name, alliance.keys.get(name)::sign, this::verify, System.nanoTime()));
    this.member = Member.restore(name, notary, new SecureRandom(), Map.of());
    Incarnation first = first(alliance.home(name).resolve(FirstStore.FILE));
    act(member.begin(Optional.of(first)));
    act(member.pin(roster()));
    this.up = AgentGatewayGrpc.newStub(channel).session(new Down());
    up.onNext(
        SessionUp.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setProtocolVersion(ProtocolVersion.WIRE)
                    .setSoftware("liar")
                    .setGenesisDigest(ByteString.copyFrom(alliance.genesis.digest().bytes()))
                    .setRosterVersion(1)
                    .setUnixMillis(System.currentTimeMillis())
                    .setIncarnation(ByteString.copyFrom(first.bytes().toArray())))
            .build());
  }

  private static Incarnation first(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
    return Incarnation.of(HexFormat.of().parseHex(text));
  }

  private boolean verify(String sender, byte[] message, byte[] signature) {
    return alliance
        .genesis
        .roster()
        .find(new MemberId(sender))
        .map(entry -> entry.identityKey().verify(message, signature))
        .orElse(false);
  }

  private Alliance roster() {
    return new Alliance(
        "test",
        new Digest(alliance.genesis.roster().digest().bytes()),
        new Digest(alliance.genesis.policyDigest().bytes()),
        alliance.members.stream().sorted().toList(),
        "coordinator",
        0);
  }

  private final class Down implements StreamObserver<SessionDown> {
    @Override
    public void onNext(SessionDown message) {
      thread.execute(() -> handle(message));
    }

    @Override
    public void onError(Throwable failure) {
      ended.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      ended.complete(Status.OK);
    }
  }

  private void handle(SessionDown message) {
    try {
      if (message.hasWelcome()) {
        byte[] last = message.getWelcome().getLastStatement().toByteArray();
        act(member.welcomed(Optional.of(last).filter(bytes -> bytes.length > 0)));
      } else if (message.hasJobProposal()) {
        consent(message.getJobProposal().getSealedSpec().toByteArray());
      } else if (message.hasSealed()) {
        byte[] sealed = message.getSealed().toByteArray();
        act(member.handle(sealed));
      }
    } catch (Refusal | BadEnvelopeException | IOException other) {
      return; // a liar does not complain
    }
  }

  private void consent(byte[] sealedSpec) throws BadEnvelopeException, IOException {
    JobSpec spec = JobSpec.parseFrom(notary.open(sealedSpec).payload());
    send(
        notary.seal(
            "job.consent",
            0,
            0,
            Consent.newBuilder()
                .setJob(spec.getJob())
                .setSpecDigest(ByteString.copyFrom(Digest.sha256(sealedSpec).bytes()))
                .setGranted(true)
                .setExplanation("trust me")
                .setDataSetDigest(ByteString.copyFrom(Digest.sha256(sealedSpec).bytes()))
                .setPolicyDigest(ByteString.copyFrom(alliance.genesis.policyDigest().bytes()))
                .setDecidedBy("rule")
                .build()
                .toByteArray()));
    admit(SiteJobs.parse(sealedSpec));
  }

  private void admit(SiteJob job) {
    var plan = job.spec().getSecureAggregation();
    try {
      act(
          member.admitJob(
              new JobTerms(
                  job.spec().getJob(),
                  new Digest(job.initial().stateDigest(job.planDigest().bytes())),
                  job.spec().getRounds(),
                  alliance.members.stream().sorted().toList(),
                  plan.getColluders(),
                  job.vectorLength(),
                  plan.getQuantisationBits(),
                  plan.getWireBits(),
                  plan.getClipNormL2(),
                  plan.getCoordinateBound(),
                  plan.getMaxWeight())));
    } catch (Refusal twice) {
      return;
    }
  }

  private void act(Step step) throws Refusal {
    for (Action action : step.actions()) {
      if (action instanceof Action.PersistBlob blob) {
        blobs.put(blob.key(), blob.content());
      } else if (action instanceof Action.Send send) {
        send(said(send.sealed()).toArray());
      } else if (action instanceof Action.Upload upload) {
        upload(upload);
      }
    }
    for (Notice notice : step.notices()) {
      if (notice instanceof Notice.TaskAccepted accepted) {
        Task task = accepted.task();
        tasks.put(task.digest(), task);
        act(member.protect(task.digest(), new double[task.vectorLength()], 10));
      }
    }
  }

  private Bytes said(Bytes honest) throws Refusal {
    Received received = Inbox.open(notary, honest.toArray());
    return received.message() instanceof StoreAnswer answer
        ? Inbox.seal(notary, received.stamp(), storeAnswers.apply(answer))
        : honest;
  }

  private void send(byte[] sealed) {
    sent.add(sealed);
    List<byte[]> all = replays ? List.copyOf(sent) : List.of(sealed);
    for (byte[] one : all) {
      up.onNext(SessionUp.newBuilder().setSealed(ByteString.copyFrom(one)).build());
    }
  }

  private void upload(Action.Upload upload) throws Refusal {
    var received = Inbox.open(notary, upload.sealedCommitment().toArray());
    UploadCommitment commitment = (UploadCommitment) received.message();
    Task task = tasks.get(upload.taskDigest());
    byte[] wire = lie.upload(task, blobs.get(upload.blobKey()).clone());
    Digest root =
        wire.length % task.quantisation().wireBytes() == 0
            ? MerkleRoot.of(wire, task.quantisation().wireBytes())
            : Digest.sha256(wire);
    Bytes sealed =
        Inbox.seal(
            notary, received.stamp(), new UploadCommitment(commitment.ref(), root, wire.length));
    for (int i = 0; i < (replays ? 3 : 1); i++) {
      stream(sealed, wire);
    }
  }

  private void stream(Bytes sealed, byte[] wire) {
    CallEnd<UploadReceipt> end = new CallEnd<>();
    StreamObserver<UploadPart> parts = AgentGatewayGrpc.newStub(channel).upload(end);
    parts.onNext(
        UploadPart.newBuilder()
            .setSealedCommitment(ByteString.copyFrom(sealed.toArray()))
            .setData(ByteString.copyFrom(wire))
            .build());
    parts.onCompleted();
    uploads.add(end.status.join());
  }

  /** Sends a message of the session as it is. */
  void say(SessionUp message) {
    up.onNext(message);
  }

  @Override
  public void close() {
    thread.shutdownNow();
    channel.shutdownNow();
  }
}

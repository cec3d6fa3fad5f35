package org.concordat.simulation;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.concordat.certs.MemberExit;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChange;
import org.concordat.coordinator.CoordinatorConfig;
import org.concordat.coordinator.CoordinatorCore;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.gateway.GatewayService;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.operations.OperationsService;
import org.concordat.coordinator.session.Traffic;
import org.concordat.protocol.Limits;
import org.concordat.protocol.v1.ApproveMemberRequest;
import org.concordat.protocol.v1.ExitMemberRequest;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ListJobsReply;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.ListRoundsReply;
import org.concordat.protocol.v1.ListRoundsRequest;
import org.concordat.protocol.v1.RegisterInvitationReply;
import org.concordat.protocol.v1.RegisterInvitationRequest;
import org.concordat.protocol.v1.RosterChangeReply;
import org.concordat.protocol.v1.RosterChangeRequest;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.SubmitJobReply;
import org.concordat.protocol.v1.SubmitJobRequest;
import org.concordat.store.Blobs;
import org.concordat.store.Entries;
import org.concordat.store.StoreException;
import org.concordat.store.StoreLocation;
import org.jspecify.annotations.Nullable;

/** The real coordinator's core on virtual time; it can be killed and started again. */
final class SimulatedCoordinator implements Node {
  private static final String REASON = "simulated";

  private final Founded founded;
  private final Path directory;
  private final VirtualTime time;
  private final Random random;
  private final Signatures signatures;
  private final MemoryDisk disk = new MemoryDisk();
  private Life life = new Life(Founded.COORDINATOR);
  private Traffic traffic = Traffic.HONEST;
  private int lives;
  private @Nullable CoordinatorCore core;
  private @Nullable VirtualExecutor serial;
  private @Nullable VirtualExecutor workers;

  /**
   * @param directory of this run, empty
   */
  SimulatedCoordinator(
      Founded founded, Path directory, VirtualTime time, Random random, Signatures signatures) {
    this.founded = founded;
    this.directory = directory;
    this.time = time;
    this.random = random;
    this.signatures = signatures;
    life.end();
  }

  @Override
  public String name() {
    return Founded.COORDINATOR;
  }

  @Override
  public Life life() {
    return life;
  }

  @Override
  public MemoryDisk disk() {
    return disk;
  }

  /** What it really sends, in each life that is begun from now on. */
  void sends(Traffic instead) {
    traffic = instead;
  }

  boolean alive() {
    return life.alive() && core != null;
  }

  /** The directory of its present life: the log in it is a copy of what the last one left. */
  private Path home() {
    return directory.resolve(Founded.COORDINATOR + "-" + lives);
  }

  Path log() {
    return home().resolve(AuditTrail.DIRECTORY);
  }

  private Path blobs() {
    return directory.resolve("blobs");
  }

  /** The file of a published sum. */
  Path sum(String name) {
    return new Blobs(blobs()).namedPath(name);
  }

  @Override
  public void start() {
    try {
      Path before = log();
      lives++;
      Files.createDirectories(home());
      Files.createSymbolicLink(home().resolve("keys"), founded.home(name()).resolve("keys"));
      if (Files.exists(before)) {
        copy(before, log());
      }
    } catch (IOException disk) {
      throw new UncheckedIOException(disk);
    }
    life = new Life(name());
    Clock clock = time.clock(life);
    Entries entries = disk.entries(life);
    VirtualExecutor mailbox = new VirtualExecutor(time, life, () -> 0);
    VirtualExecutor pool = new VirtualExecutor(time, life, () -> 1 + random.nextInt(200));
    serial = mailbox;
    workers = pool;
    try {
      CoordinatorCore made =
          new CoordinatorCore(
              config(),
              "simulation",
              founded.site(name()),
              new CoordinatorCore.Ports(
                  clock,
                  new Mailbox(mailbox, pool),
                  new CoordinatorCore.Disk(
                      entries, disk.events(life), disk.outbox(life), new Blobs(blobs())),
                  AuditTrail.open(home(), founded.genesis(), entries, clock),
                  traffic,
                  signatures,
                  point -> {}));
      core = made;
      made.resume();
      made.tick();
    } catch (Killed | StoreException atTheStart) {
      core = null;
      life.end(); // and is started again
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(
              target, PosixFilePermissions.asFileAttribute(Files.getPosixFilePermissions(file)));
        } else {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private CoordinatorConfig config() {
    return new CoordinatorConfig(
        name(),
        home(),
        founded.home("none"),
        "127.0.0.1",
        0,
        Optional.empty(),
        StoreLocation.sqlite(home()),
        Limits.DEFAULT,
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        256,
        OptionalInt.empty(),
        Duration.ofSeconds(600),
        Duration.ofSeconds(300),
        1000,
        1,
        Duration.ofSeconds(10),
        Optional.empty(),
        Duration.ofSeconds(60),
        Optional.empty());
  }

  private CoordinatorCore core() {
    return Objects.requireNonNull(core);
  }

  GatewayService gateway() {
    return core().gateway();
  }

  /** Runs a call that its caller waits for: what it posts runs at once. */
  void atOnce(Runnable call) {
    VirtualExecutor mailbox = Objects.requireNonNull(serial);
    VirtualExecutor pool = Objects.requireNonNull(workers);
    mailbox.inline(true);
    pool.inline(true);
    try {
      call.run();
    } catch (Killed dead) {
      // the caller sees a broken line
    } finally {
      mailbox.inline(false);
      pool.inline(false);
    }
  }

  /** Whether the operator's job was taken; if not, it is to be tried again. */
  boolean submit(byte[] sealedSpec, Network network) {
    Inbound<SubmitJobReply> reply = new Inbound<>();
    if (!alive()) {
      return false;
    }
    atOnce(
        () ->
            network.as(
                Founded.OPERATOR,
                () ->
                    core()
                        .operations()
                        .submitJob(
                            SubmitJobRequest.newBuilder()
                                .setSealedSpec(ByteString.copyFrom(sealedSpec))
                                .build(),
                            reply)));
    Status failure = reply.failure();
    if (!alive()) {
      return false; // killed in the middle of it: nobody hears what it says
    }
    if (failure != null && failure.getCode() != Status.Code.UNAVAILABLE) {
      throw new IllegalStateException("the job was not taken: " + failure);
    }
    return failure == null;
  }

  /** Whether a participant is in the roster in force. */
  boolean lists(String participant) {
    return alive() && core().directory().find(participant).isPresent();
  }

  /** The invitation and the approvals of one that joins; what fails is to be tried again. */
  void admit(Founded.Joining joining, Network network) {
    Inbound<RegisterInvitationReply> registered = new Inbound<>();
    RegisterInvitationRequest invitation =
        RegisterInvitationRequest.newBuilder()
            .setInvitation(ByteString.copyFrom(joining.invitation().toBytes()))
            .build();
    as(founded.members().get(0), network, to -> to.registerInvitation(invitation, registered));
    if (!alive() || lists(Founded.JOINER)) {
      return;
    }
    Roster now = core().directory().roster();
    for (MemberSignature approval :
        founded.signed(now.joined(joining.request()), now).signatures()) {
      ApproveMemberRequest request =
          ApproveMemberRequest.newBuilder()
              .setRequest(ByteString.copyFrom(joining.request().toBytes()))
              .setNextRosterSignature(ByteString.copyFrom(approval.bytes()))
              .build();
      as(approval.member().value(), network, to -> to.approveMember(request, new Inbound<>()));
    }
  }

  /** Whether a participant is in the roster in force and has not left. */
  boolean isMember(String participant) {
    return alive() && core().directory().isMember(participant);
  }

  /** Whether its port lets a participant in: the roster lists it, and does not suspend it. */
  boolean admits(String participant) {
    return lists(participant)
        && core().directory().roster().findSuspended(new MemberId(participant)).isEmpty();
  }

  /** The other members' approvals of a removal; what fails is to be tried again. */
  void remove(String member, Network network) {
    change(
        new RosterChange.Removal(new MemberId(member), REASON),
        network,
        OperationsService::removeMember);
  }

  /** The same of a suspension. */
  void suspend(String member, Network network) {
    change(
        new RosterChange.Suspension(new MemberId(member), REASON),
        network,
        OperationsService::suspendMember);
  }

  /** The same of a resumption. */
  void resume(String member, Network network) {
    change(
        new RosterChange.Resumption(new MemberId(member), REASON),
        network,
        OperationsService::resumeMember);
  }

  /** A call that carries an approval of a change. */
  private interface Approving {
    void call(
        OperationsService to, RosterChangeRequest request, StreamObserver<RosterChangeReply> reply);
  }

  private void change(RosterChange change, Network network, Approving call) {
    String member = change.about();
    for (String approver : founded.members()) {
      if (!approver.equals(member) && lists(approver) && isDue(change)) {
        Roster now = core().directory().roster();
        byte[] signature = change.next(now).approve(now, founded.keysOf(approver)).bytes();
        RosterChangeRequest request =
            RosterChangeRequest.newBuilder()
                .setChange(ByteString.copyFrom(change.toBytes()))
                .setNextRosterSignature(ByteString.copyFrom(signature))
                .build();
        as(approver, network, to -> call.call(to, request, new Inbound<>()));
      }
    }
  }

  private boolean isDue(RosterChange change) {
    String member = change.about();
    if (change instanceof RosterChange.Removal) {
      return lists(member);
    }
    return lists(member) && admits(member) == (change instanceof RosterChange.Suspension);
  }

  /** A member's own leaving; what fails is to be tried again. */
  void leave(String member, Network network) {
    byte[] exit =
        MemberExit.make(
                founded.genesis().digest(), new MemberId(member), founded.keysOf(member), REASON)
            .toBytes();
    ExitMemberRequest request =
        ExitMemberRequest.newBuilder().setExit(ByteString.copyFrom(exit)).build();
    as(member, network, to -> to.exitMember(request, new Inbound<>()));
  }

  private void as(String who, Network network, Consumer<OperationsService> call) {
    if (alive()) {
      atOnce(() -> network.as(who, () -> call.accept(core().operations())));
    }
  }

  List<JobSummary> jobs(Network network) {
    Inbound<ListJobsReply> reply = new Inbound<>();
    atOnce(
        () ->
            network.as(
                Founded.OPERATOR,
                () -> core().operations().listJobs(ListJobsRequest.getDefaultInstance(), reply)));
    return reply.messages.isEmpty() ? List.of() : reply.messages.get(0).getJobsList();
  }

  List<RoundSummary> rounds(Network network) {
    Inbound<ListRoundsReply> reply = new Inbound<>();
    atOnce(
        () ->
            network.as(
                Founded.OPERATOR,
                () ->
                    core().operations().listRounds(ListRoundsRequest.getDefaultInstance(), reply)));
    return reply.messages.isEmpty() ? List.of() : reply.messages.get(0).getRoundsList();
  }
}

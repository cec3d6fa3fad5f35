package org.concordat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Consent;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.JobClosed;
import org.concordat.protocol.v1.JobProposal;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.protocol.v1.Welcome;

/** What an agent opens its session with: tells it of jobs, and keeps what it answers. */
public final class FakeCoordinator extends AgentGatewayGrpc.AgentGatewayImplBase
    implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final Server server;
  private final BlockingQueue<StreamObserver<SessionDown>> sessions = new LinkedBlockingQueue<>();
  private final List<byte[]> consents = new ArrayList<>();
  private final List<AgentReport> reports = new ArrayList<>();
  private StreamObserver<SessionDown> down;

  public FakeCoordinator() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(this)
            .build()
            .start();
  }

  public int port() {
    return server.getPort();
  }

  public ManagedChannel channel() {
    return NettyChannelBuilder.forAddress("127.0.0.1", port()).usePlaintext().build();
  }

  @Override
  public StreamObserver<SessionUp> session(StreamObserver<SessionDown> toAgent) {
    return new StreamObserver<>() {
      @Override
      public void onNext(SessionUp message) {
        if (message.hasHello()) {
          toAgent.onNext(
              SessionDown.newBuilder()
                  .setWelcome(Welcome.newBuilder().setProtocolVersion(ProtocolVersion.WIRE))
                  .build());
          sessions.add(toAgent);
        } else {
          keep(message);
        }
      }

      @Override
      public void onError(Throwable gone) {}

      @Override
      public void onCompleted() {
        toAgent.onCompleted();
      }
    };
  }

  private synchronized void keep(SessionUp message) {
    if (message.hasReport()) {
      reports.add(message.getReport());
    } else if (message.hasSealed() && type(message.getSealed()).equals("job.consent")) {
      consents.add(message.getSealed().toByteArray());
    }
    notifyAll();
  }

  private static Envelope envelope(ByteString sealed) {
    try {
      return Envelope.parseFrom(SignedEnvelope.parseFrom(sealed).getEnvelope());
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
  }

  private static String type(ByteString sealed) {
    return envelope(sealed).getPayloadType();
  }

  /** Waits until the agent has opened its (next) session. */
  public void awaitSession() throws InterruptedException {
    down = sessions.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(down).as("a session").isNotNull();
  }

  public void propose(byte[] sealedSpec) {
    down.onNext(
        SessionDown.newBuilder()
            .setJobProposal(JobProposal.newBuilder().setSealedSpec(ByteString.copyFrom(sealedSpec)))
            .build());
  }

  public void close(String job, String state) {
    down.onNext(
        SessionDown.newBuilder()
            .setJobClosed(JobClosed.newBuilder().setJob(job).setState(state))
            .build());
  }

  /** The sealed answers so far. */
  public synchronized List<byte[]> consents() {
    return List.copyOf(consents);
  }

  synchronized List<AgentReport> reports() {
    return List.copyOf(reports);
  }

  static Consent consent(byte[] sealed) {
    try {
      return Consent.parseFrom(envelope(ByteString.copyFrom(sealed)).getPayload());
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
  }

  /** Waits for the answer number {@code count}, from 1, to a job. */
  public synchronized byte[] awaitAnswer(String job, int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      Optional<byte[]> found =
          consents.stream()
              .filter(answer -> consent(answer).getJob().equals(job))
              .skip(count - 1L)
              .findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("no answer " + count + " to " + job + "; reports: " + reports);
      }
      wait(left);
    }
  }

  public Consent awaitConsent(String job) throws InterruptedException {
    return consent(awaitAnswer(job, 1));
  }

  /** Waits until so many reports say that a person is asked about a job. */
  public synchronized void awaitAsking(String job, int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (reports.stream().filter(report -> asksAbout(report, job)).count() < count) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("nobody is asked about " + job + ": " + reports);
      }
      wait(left);
    }
  }

  private static boolean asksAbout(AgentReport report, String job) {
    return report.getState().contains("person's approval") && report.getJob().equals(job);
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}

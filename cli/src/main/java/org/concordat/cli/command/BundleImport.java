package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.concordat.agent.carried.BundleFolder;
import org.concordat.agent.emergency.EmergencyStop;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientConfig;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.ReadyWriter;
import org.concordat.protocol.bundle.BadBundleException;
import org.concordat.protocol.bundle.BundleReader;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.ImportBundleReply;
import org.concordat.protocol.v1.OperationsGrpc;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code concordat bundle import}. */
@Command(
    name = "import",
    description = {
      "Hand over the file that was carried: to the agent at the site, or to the coordinator.",
      "Whoever gets it verifies it. Importing again what was broken off does no harm."
    },
    footer = {"", "Example:", "  concordat bundle import answer.bundle --config agent.yaml"})
final class BundleImport extends BaseCommand {
  private static final long PATIENCE_MILLIS = 20_000;
  private static final long PAUSE_MILLIS = 100;
  private static final int PART_BYTES = 1 << 20;
  private static final long REPLY_MINUTES = 60;

  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "FILE", description = "The bundle.")
  private Path file = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException, InterruptedException {
    ClientConfig config = client.resolve();
    String to = addressee();
    if (to.equals(config.name().value())) {
      toTheAgent(terminal, config);
    } else {
      toTheCoordinator(terminal, config);
    }
    return ExitCode.OK;
  }

  /** As the file says, unverified: it only tells which side this is. */
  private String addressee() throws IOException {
    try (BundleReader reader = new BundleReader(file)) {
      return reader.claimed().getTo();
    } catch (BadBundleException bad) {
      throw refused(String.valueOf(bad.getMessage()));
    }
  }

  private static Failure refused(String why) {
    return new Failure(
        ExitCode.VERIFICATION_FAILED, why, "nothing of it was acted upon; bring the newest file");
  }

  private void toTheAgent(Terminal terminal, ClientConfig config)
      throws IOException, InterruptedException {
    requireNoStop(config);
    BundleFolder folder = new BundleFolder(config.home());
    if (Files.exists(folder.incoming())) {
      throw new Failure(
          ExitCode.CONFLICT,
          "a bundle waits for the agent already (" + folder.incoming() + ")",
          "start the agent, which takes it; then import this one");
    }
    folder.bring(file);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (Files.exists(folder.incoming()) && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    if (Files.exists(folder.refusal())) {
      throw refused(Files.readString(folder.refusal()));
    }
    boolean taken = !Files.exists(folder.incoming());
    terminal.value(Terminal.object().put("file", file.toString()).put("taken", taken));
    terminal.line(taken ? "The agent has taken it." : "The agent takes it once it runs.");
    terminal.line(
        "Next: once 'agent status' says idle, 'concordat bundle export --out FILE' for the answer.");
  }

  /** What was stopped says nothing more, in a file neither. */
  static void requireNoStop(ClientConfig config) {
    EmergencyStop stop = new EmergencyStop(config.home());
    if (stop.isSet()) {
      throw new Failure(
          ExitCode.CONFLICT,
          "the site is stopped (" + stop.file() + ")",
          "'concordat agent stop --lift' lifts the stop; whoever stopped it knows why");
    }
  }

  private void toTheCoordinator(Terminal terminal, ClientConfig config)
      throws IOException, InterruptedException {
    try (Client connected = Client.connect(config, Permission.CARRY_BUNDLE, Clock.systemUTC());
        InputStream in = Files.newInputStream(file)) {
      ImportBundleReply reply = send(connected, in);
      ObjectNode json =
          Terminal.object()
              .put("member", reply.getMember())
              .put("number", reply.getNumber())
              .put("messages", reply.getMessages())
              .put("uploads", reply.getUploads());
      reply.getRefusedList().forEach(json.putArray("refused")::add);
      terminal.value(json);
      terminal.line(
          "Taken: file %d of '%s', %d messages, %d masked updates."
              .formatted(
                  reply.getNumber(), reply.getMember(), reply.getMessages(), reply.getUploads()));
      reply.getRefusedList().forEach(why -> terminal.line("An update was not taken: " + why));
      terminal.line("Next: concordat bundle export --member " + reply.getMember() + " --out FILE.");
    }
  }

  private ImportBundleReply send(Client connected, InputStream in)
      throws IOException, InterruptedException {
    CompletableFuture<ImportBundleReply> answer = new CompletableFuture<>();
    OperationsGrpc.newStub(connected.stream().getChannel())
        .importBundle(
            new ClientResponseObserver<BlobPart, ImportBundleReply>() {
              @Override
              public void beforeStart(ClientCallStreamObserver<BlobPart> stream) {
                ReadyWriter.install(stream, new Parts(in));
              }

              @Override
              public void onNext(ImportBundleReply reply) {
                answer.complete(reply);
              }

              @Override
              public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {
                answer.completeExceptionally(
                    Status.UNAVAILABLE.withDescription("no answer").asRuntimeException());
              }
            });
    try {
      return answer.orTimeout(REPLY_MINUTES, TimeUnit.MINUTES).get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof StatusRuntimeException said) {
        if (said.getStatus().getCode() == Status.Code.INVALID_ARGUMENT) {
          throw refused(String.valueOf(said.getStatus().getDescription()));
        }
        throw said;
      }
      throw new IOException("the bundle was not sent", failed.getCause());
    }
  }

  /** The file in parts. */
  private static final class Parts implements Iterator<BlobPart> {
    private final InputStream in;
    private byte[] next;
    private long at;

    Parts(InputStream in) {
      this.in = in;
      this.next = read();
    }

    private byte[] read() {
      try {
        return in.readNBytes(PART_BYTES);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    @Override
    public boolean hasNext() {
      return next.length > 0;
    }

    @Override
    public BlobPart next() {
      if (next.length == 0) {
        throw new NoSuchElementException();
      }
      BlobPart part =
          BlobPart.newBuilder().setOffset(at).setData(ByteString.copyFrom(next)).build();
      at += next.length;
      next = read();
      return part;
    }
  }
}

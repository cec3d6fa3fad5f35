package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.concordat.agent.data.DataSet;
import org.concordat.certs.Genesis;
import org.concordat.certs.MemberId;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Failures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExitCodeTest {
  @Test
  void everyCodeIsDocumentedWithItsMeaning() throws IOException {
    String docs = Files.readString(Cli.root().resolve("docs/cli.md"));
    for (ExitCode code : ExitCode.values()) {
      assertThat(docs).contains("| " + code.code() + " | " + code.meaning() + " |");
    }
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code)).doesNotHaveDuplicates();
  }

  @Test
  void codesNeverChangeTheirMeaning() {
    assertThat(Arrays.stream(ExitCode.values()).map(code -> code.name() + "=" + code.code()))
        .containsExactly(
            "OK=0",
            "INTERNAL=1",
            "USAGE=2",
            "CONFIGURATION=3",
            "DENIED=4",
            "NOT_FOUND=5",
            "CONFLICT=6",
            "UNAVAILABLE=7",
            "VERIFICATION_FAILED=8",
            "JOB_FAILED=9",
            "REMOVED=10",
            "REFUTED=11",
            "UNDECIDED=12",
            "INTERRUPTED=130",
            "TERMINATED=143");
  }

  @Test
  void grpcStatusesHaveOneCodeEach() {
    assertThat(code(Status.PERMISSION_DENIED)).isEqualTo(ExitCode.DENIED);
    assertThat(code(Status.UNAUTHENTICATED)).isEqualTo(ExitCode.DENIED);
    assertThat(code(Status.NOT_FOUND)).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(code(Status.ALREADY_EXISTS)).isEqualTo(ExitCode.CONFLICT);
    assertThat(code(Status.FAILED_PRECONDITION)).isEqualTo(ExitCode.CONFLICT);
    assertThat(code(Status.INVALID_ARGUMENT)).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(code(Status.UNAVAILABLE)).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(code(Status.UNAVAILABLE.withCause(new CertificateException("stranger"))))
        .isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertThat(code(Status.UNAVAILABLE.withCause(new UnknownHostException("nowhere"))))
        .isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(code(Status.UNAVAILABLE.withCause(new SSLException("TLSV1_ALERT_INTERNAL_ERROR"))))
        .isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertThat(code(Status.DEADLINE_EXCEEDED)).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(code(Status.CANCELLED)).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(code(Status.INTERNAL)).isEqualTo(ExitCode.INTERNAL);
  }

  @Test
  void failuresOfThisMachineHaveOneCodeEach() {
    assertThat(of(new NoSuchFileException("x")).code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(of(new AccessDeniedException("x")).code()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(of(new FileAlreadyExistsException("x")).code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(of(new IOException("Failed to bind", new BindException("in use"))).code())
        .isEqualTo(ExitCode.CONFLICT);
    assertThat(of(new IOException("Failed to bind", new UnresolvedAddressException())).code())
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(of(new IOException("Failed", new BindException("Cannot assign requested"))).code())
        .isEqualTo(ExitCode.CONFIGURATION);
    Path zurich = Cli.root().resolve("examples/data-sets/breast-cancer-zurich.yaml");
    assertThat(of(thrownBy(() -> DataSet.load(zurich, Cli.root()))).code())
        .as("wrong data is no defect of the program")
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(of(thrownBy(() -> Genesis.load(Path.of("absent.json")))).code())
        .isEqualTo(ExitCode.NOT_FOUND);
    assertThat(of(new UncheckedIOException(new NoSuchFileException("x"))).code())
        .isEqualTo(ExitCode.NOT_FOUND);
    assertThat(of(new IllegalStateException("a defect")).code()).isEqualTo(ExitCode.INTERNAL);
    assertThat(of(thrownBy(() -> new MemberId("No!"))).code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aFailureKeepsItsMessageAndTellsTheNextStep() {
    Failure failure =
        of(
            Status.PERMISSION_DENIED
                .withDescription("lyon as agent (eu) may not submit a job")
                .asRuntimeException());
    assertThat(failure).hasMessage("lyon as agent (eu) may not submit a job");
    assertThat(of(new NoSuchFileException("gone.yaml"))).hasMessageContaining("gone.yaml");
    assertThat(of(new NoSuchFileException("gone.yaml")).next()).isNotEmpty();
  }

  @Test
  void errorsAreJsonWhereJsonIsAskedFor() throws IOException {
    Cli missing =
        Cli.run("job", "submit", "absent.yaml", "--config", "none.yaml", "--output", "json");
    assertThat(missing.code()).as("a file that is not there").isEqualTo(5);
    JsonNode error = new ObjectMapper().readTree(missing.err()).path("error");
    assertThat(error.path("code").asInt()).isEqualTo(5);
    assertThat(error.path("message").asText()).contains("absent.yaml");
    assertThat(error.path("next").asText()).isNotEmpty();
    assertThat(missing.out()).isEmpty();
    Cli unknown = Cli.run("job", "submit", "--nonsense", "--output", "json");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(new ObjectMapper().readTree(unknown.err()).path("error").path("code").asInt())
        .isEqualTo(2);
  }

  /** Case Y02. */
  @Test
  void aFileOfWindowsIsNamed(@TempDir Path temp) throws IOException {
    String job = Files.readString(Cli.root().resolve("examples/jobs/breast-cancer.yaml"));
    byte[] little = ("\uFEFF" + job).getBytes(StandardCharsets.UTF_16LE);
    for (byte[] content : new byte[][] {little, "job: x\n".getBytes(StandardCharsets.UTF_16LE)}) {
      Path file = Files.write(temp.resolve("job.yaml"), content);
      Cli done = Cli.run("job", "submit", file, "--config", "none.yaml", "--dry-run");
      assertThat(done.code()).isEqualTo(3);
      assertThat(done.err()).contains("UTF-16").contains("Next:");
    }
  }

  @Test
  void everyFailureSaysWhatComesNext() {
    for (Throwable thrown :
        new Throwable[] {
          new NoSuchFileException("x"),
          new IllegalStateException("a defect"),
          new IllegalArgumentException("no"),
          Status.FAILED_PRECONDITION.withDescription("in use").asRuntimeException(),
          Status.UNKNOWN.asRuntimeException(),
          Status.NOT_FOUND.withDescription("no job").asRuntimeException(),
          Status.INVALID_ARGUMENT.withDescription("bad").asRuntimeException(),
          thrownBy(() -> Genesis.load(Path.of("absent.json"))),
          thrownBy(() -> new MemberId("No!"))
        }) {
      assertThat(of(thrown).next()).as(String.valueOf(thrown)).isNotEmpty();
    }
    assertThat(of(Status.UNKNOWN.asRuntimeException()))
        .hasMessageContaining("could not answer, and did not say why");
  }

  private static ExitCode code(Status status) {
    return of(status.asRuntimeException()).code();
  }

  private static Failure of(Throwable thrown) {
    return Failures.of(thrown);
  }

  private static RuntimeException thrownBy(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException thrown) {
      return thrown;
    }
    throw new AssertionError("nothing was thrown");
  }
}

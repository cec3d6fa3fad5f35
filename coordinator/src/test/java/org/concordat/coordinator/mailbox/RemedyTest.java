package org.concordat.coordinator.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.concordat.coordinator.calls.Answers;
import org.concordat.store.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemedyTest {
  @ParameterizedTest
  @CsvSource({
    "/home/x: Too many open files, limit of open files",
    "No space left on device, free space",
    "[SQLITE_FULL] Insertion failed because database is full (database or disk is full), free space",
    "Disk quota exceeded, free space",
    "Read-only file system, mend the permissions",
    "/home/x (Permission denied), mend the permissions",
    "something else, free space or mend permissions"
  })
  void causeAndWayOutAreInTheStatus(String said, String next) {
    Status status = Answers.status(new UncheckedIOException(new IOException(said)));
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).contains(said + ". Next: ").contains(next);
    StoreException refused = new StoreException("cannot write", new IOException(said));
    assertThat(Remedy.of(refused)).contains(next);
    assertThat(Remedy.wayOut(refused)).contains(next).doesNotContain(said);
  }

  @Test
  void descriptorsAreMissedBeforeTheyAreGone() {
    assertThat(Descriptors.warning(100, 1024)).isEmpty();
    assertThat(Descriptors.warning(100, -1)).as("no limit known").isEmpty();
    assertThat(Descriptors.warning(190, 200).orElseThrow())
        .contains("190 of 200 files are open")
        .contains("Next: raise the limit");
    assertThat(Descriptors.warning()).as("of this process").isEmpty();
  }
}

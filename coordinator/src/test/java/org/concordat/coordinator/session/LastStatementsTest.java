package org.concordat.coordinator.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Stamp;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastStatementsTest {
  private static final Incarnation OLD = Incarnation.of(new byte[Incarnation.SIZE_BYTES]);
  private static final Incarnation NEW =
      Incarnation.of("sixteen bytes it".getBytes(StandardCharsets.US_ASCII));

  @TempDir Path directory;
  private Database database;
  private final Map<Integer, Notary.Opened> sealed = new HashMap<>();

  private final Notary notary =
      new Notary() {
        @Override
        public byte[] seal(String type, long round, int attempt, Stamp stamp, byte[] payload) {
          throw new AssertionError("nothing is sealed");
        }

        @Override
        public Opened open(byte[] bytes) throws BadEnvelopeException {
          Opened opened = sealed.get((int) bytes[0]);
          if (opened == null) {
            throw new BadEnvelopeException("not of this roster");
          }
          return opened;
        }
      };

  @BeforeEach
  void open() {
    database = Database.open(StoreLocation.sqlite(directory.resolve("state")));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private LastStatements statements() {
    return new LastStatements(new SqlEntries(database), notary);
  }

  private void hear(LastStatements statements, Incarnation store, long counter, int bytes, int id) {
    Notary.Opened opened =
        new Notary.Opened("lyon", "any", 0, 0, new Stamp(store, counter), new byte[0]);
    sealed.put(id, opened);
    byte[] envelope = new byte[bytes];
    envelope[0] = (byte) id;
    statements.heard(opened, envelope);
  }

  private static int last(LastStatements statements) {
    return statements.of("lyon").map(bytes -> (int) bytes[0]).orElse(0);
  }

  @Test
  void theHighestCountOfOneStoreIsKept() {
    LastStatements statements = statements();
    assertThat(statements.of("lyon")).isEmpty();
    hear(statements, OLD, 5, 1, 1);
    hear(statements, OLD, 4, 1, 2);
    hear(statements, OLD, 5, 1, 3);
    assertThat(last(statements)).isEqualTo(1);
    hear(statements, OLD, 6, 1, 4);
    assertThat(last(statements)).isEqualTo(4);
    assertThat(statements.of("berlin")).isEmpty();
  }

  @Test
  void anotherStoreBeginsAnew() {
    LastStatements statements = statements();
    hear(statements, OLD, 500, 1, 1);
    hear(statements, NEW, 1, 1, 2);
    assertThat(last(statements)).isEqualTo(2);
  }

  @Test
  void whatWasOnItsWayFromAnEarlierStoreDoesNotCountAnyMore() {
    LastStatements statements = statements();
    hear(statements, OLD, 500, 1, 1);
    hear(statements, NEW, 1, 1, 2);
    hear(statements, OLD, 501, 1, 3);
    assertThat(last(statements)).isEqualTo(2);
    hear(statements, NEW, 2, 1, 4);
    assertThat(last(statements)).isEqualTo(4);
  }

  @Test
  void whatIsNoStatementOrTooLargeIsPassedOver() {
    LastStatements statements = statements();
    hear(statements, OLD, 1, 1, 1);
    hear(statements, OLD, 0, 1, 2);
    hear(statements, OLD, 2, (1 << 16) + 1, 3);
    assertThat(last(statements)).isEqualTo(1);
    hear(statements, OLD, 3, 1 << 16, 4);
    assertThat(last(statements)).isEqualTo(4);
  }

  @Test
  void itIsThereAfterAFlushAndARestart() {
    LastStatements statements = statements();
    hear(statements, OLD, 1, 9, 1);
    assertThat(last(statements())).as("not flushed").isZero();
    statements.flush();
    assertThat(last(statements())).isEqualTo(1);
    hear(statements, OLD, 2, 9, 2);
    statements.flush();
    assertThat(last(statements())).isEqualTo(2);
    sealed.clear();
    assertThat(last(statements())).as("the member is not in the roster any more").isZero();
  }
}

package org.concordat.coordinator.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.session.LastStatements;
import org.concordat.coordinator.session.Sessions.Session;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.protocol.WireLimits;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.LogCosignature;
import org.concordat.protocol.v1.Refused;
import org.concordat.protocol.v1.RosterApproval;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadReceipt;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Stamp;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.store.Blobs;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One member, several streams for one upload: whoever gets a receipt has brought what it signed.
 */
class UploadReceiverTest {
  private static final String MEMBER = "lyon";
  private static final Digest TASK = Digest.sha256(new byte[] {7});
  private static final byte[] GOOD = bytes(1);
  private static final byte[] BAD = bytes(2);

  @TempDir Path directory;
  private final List<UploadCommitment> taken = new ArrayList<>();
  private Mailbox mailbox;
  private Uploads uploads;
  private Database database;
  private LastStatements statements;

  @BeforeEach
  void open() {
    mailbox = new Mailbox(1);
    uploads = new Uploads(new Blobs(directory));
    database = Database.open(StoreLocation.sqlite(directory.resolve("state")));
    statements = new LastStatements(new SqlEntries(database), NOTARY);
  }

  @AfterEach
  void close() {
    mailbox.close();
    database.close();
  }

  private static byte[] bytes(int seed) {
    byte[] bytes = new byte[3 * 5000];
    new java.util.Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static UploadCommitment commitment() {
    MerkleRoot root = new MerkleRoot(3);
    root.update(GOOD, 0, GOOD.length);
    return new UploadCommitment(new TokenRef("job", 0, 0, 1, 0, TASK), root.root(), GOOD.length);
  }

  /** One call, and how it ended. */
  private final class Call implements StreamObserver<UploadReceipt> {
    private final UploadReceiver receiver =
        new UploadReceiver(
            MEMBER, NOTARY, statements, uploads, rounds, mailbox, WireLimits.DEFAULT, this);
    private String end = "open";

    Call part(byte[] of, int from, int to) {
      receiver.onNext(
          UploadPart.newBuilder()
              .setSealedCommitment(ByteString.copyFrom(commitment().encode()))
              .setOffset(from)
              .setData(ByteString.copyFrom(of, from, to - from))
              .build());
      return this;
    }

    String complete() {
      receiver.onCompleted();
      return end;
    }

    @Override
    public void onNext(UploadReceipt receipt) {
      end = "receipt";
    }

    @Override
    public void onError(Throwable refused) {
      end = String.valueOf(refused.getMessage());
    }

    @Override
    public void onCompleted() {}
  }

  @Test
  void whatIsBroughtInPiecesAndResumedGetsAReceipt() throws Exception {
    Call first = new Call().part(GOOD, 0, 4000).part(GOOD, 4000, 9000);
    first.receiver.onError(new RuntimeException("broken"));
    assertThat(new Call().part(GOOD, 9000, GOOD.length).complete()).isEqualTo("receipt");
    assertThat(taken).containsExactly(commitment());
    assertThat(Files.readAllBytes(uploads.file(MEMBER, TASK, commitment().root()))).isEqualTo(GOOD);
  }

  @Test
  void rubbishIsRefusedAndCanBeSentAgain() {
    assertThat(new Call().part(BAD, 0, BAD.length).complete()).contains("committed was");
    assertThat(new Call().part(GOOD, 0, GOOD.length).complete()).isEqualTo("receipt");
  }

  /** A wrong upload that is discarded must not take away what another stream has begun. */
  @Test
  void aReceiptIsGivenForWhatTheFileHolds() {
    Call rubbish = new Call().part(BAD, 0, BAD.length);
    Call atItsEnd = new Call().part(BAD, BAD.length, BAD.length);
    assertThat(rubbish.complete()).contains("another stream");
    assertThat(new Call().part(GOOD, 0, 9000).end).contains("expected " + BAD.length);
    assertThat(atItsEnd.complete()).contains("committed was");
    Call good = new Call().part(GOOD, 0, 9000);
    assertThat(atItsEnd.complete()).as("it has ended").contains("committed was");
    assertThat(good.part(GOOD, 9000, GOOD.length).complete()).isEqualTo("receipt");
    assertThat(taken).hasSize(1);
  }

  @Test
  void aStreamThatBeginsAtTheWrongPlaceTakesNobodysPlace() {
    Call good = new Call().part(GOOD, 0, 9000);
    assertThat(new Call().part(GOOD, 0, 9000).end).contains("expected 9000");
    assertThat(good.part(GOOD, 9000, GOOD.length).complete()).isEqualTo("receipt");
  }

  @Test
  void whoLostItsPlaceGetsNoReceipt() {
    Call first = new Call().part(GOOD, 0, 9000);
    Call second = new Call().part(GOOD, 9000, 10000);
    assertThat(first.part(GOOD, 9000, GOOD.length).end).contains("another stream");
    assertThat(second.part(GOOD, 10000, GOOD.length).complete()).isEqualTo("receipt");
  }

  private final Receiver rounds =
      new Receiver() {
        @Override
        public void connected(Session session, Hello hello) {}

        @Override
        public void disconnected(Session session) {}

        @Override
        public void received(String member, byte[] sealed) {}

        @Override
        public void listed(String member, byte[] crl) {}

        @Override
        public void stated(String member, byte[] sealedFacts) {}

        @Override
        public void reported(Session session, AgentReport report) {}

        @Override
        public void refused(Session session, Refused refused) {}

        @Override
        public void cosigned(String member, LogCosignature answer) {}

        @Override
        public void approved(Session session, RosterApproval approval) {}

        @Override
        public int requireExpected(String member, UploadCommitment commitment) {
          return 3;
        }

        @Override
        public void uploaded(String member, byte[] sealed, UploadCommitment commitment) {
          taken.add(commitment);
        }
      };

  /** Everything is signed by the member. */
  private static final Notary NOTARY =
      new Notary() {
        @Override
        public byte[] seal(String type, long round, int attempt, Stamp stamp, byte[] payload) {
          return payload;
        }

        @Override
        public Opened open(byte[] sealed) {
          return new Opened(MEMBER, UploadCommitment.TYPE, 0, 0, sealed);
        }
      };
}

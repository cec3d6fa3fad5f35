package org.concordat.agent.site;

import com.google.protobuf.ByteString;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.concordat.certs.DocumentEntry;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.Genesis;
import org.concordat.certs.Sha256;

/**
 * The documents that this site's own rosters name, in {@code documents/} of its home. The
 * coordinator delivers them; only bytes of a digest that the members signed are kept.
 */
public record SiteDocuments(Genesis genesis, Rosters rosters, DocumentFiles files) {
  /**
   * Keeps what came with a chain, once the chain is this site's own. Durable when it returns.
   *
   * @return what is wrong with what was sent, a sentence each
   */
  public List<String> offer(List<ByteString> sent) {
    List<String> problems = new ArrayList<>();
    for (ByteString bytes : sent) {
      byte[] document = bytes.toByteArray();
      Sha256 digest = Sha256.of(document);
      if (named().noneMatch(entry -> entry.digest().equals(digest))) {
        problems.add(
            "the coordinator sent a document that no roster of this site names (SHA-256 %s): it is"
                    .formatted(digest)
                + " not kept");
        continue;
      }
      try {
        files.keep(document);
      } catch (UncheckedIOException | IllegalArgumentException notKept) {
        problems.add(String.valueOf(notKept.getMessage()));
      }
    }
    return problems;
  }

  /** Of all rosters, the genesis' policy is not among them. */
  private Stream<DocumentEntry> named() {
    return rosters.chain().later().stream().flatMap(signed -> signed.roster().documents().stream());
  }

  /** As the oldest roster names it that does. */
  public Optional<DocumentEntry> entry(Sha256 digest) {
    return named().filter(entry -> entry.digest().equals(digest)).findFirst();
  }

  /** The bytes; empty where they are not here. */
  public Optional<byte[]> find(Sha256 digest) {
    return digest.equals(genesis.policyDigest())
        ? Optional.of(genesis.policy())
        : files.find(digest);
  }

  /** What is in force and not here, and what to do, a sentence each. */
  public List<String> missing() {
    return rosters.latest().documents().stream()
        .filter(entry -> find(entry.digest()).isEmpty())
        .map(this::missing)
        .toList();
  }

  /** That the bytes of a document are not here, and what to do. */
  public String missing(DocumentEntry entry) {
    return ("the members have signed %s, and the coordinator has not sent its bytes: this site takes"
            + " no part until it has them. Next: copy %s/%s from another member's home into this one")
        .formatted(entry, DocumentFiles.FOLDER, entry.digest());
  }
}

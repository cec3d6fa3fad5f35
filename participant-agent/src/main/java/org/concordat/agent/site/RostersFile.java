package org.concordat.agent.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.concordat.certs.Genesis;
import org.concordat.certs.RosterChain;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signed rosters as a file in this site's home: with it a coordinator that has lost its store
 * gets them back, and a site that was away while the alliance changed its root finds the
 * coordinator. Everybody may read it, and whoever does verifies it from the genesis on.
 */
public record RostersFile(Path home) {
  /** The file's name, at a coordinator too. */
  public static final String NAME = "rosters.json";

  private static final Logger LOG = LoggerFactory.getLogger(RostersFile.class);

  /**
   * The rosters in it, or the genesis alone where there is no such file.
   *
   * @throws org.concordat.certs.CertsException if they do not follow from the genesis
   */
  public RosterChain read(Genesis genesis) throws IOException {
    Path file = home.resolve(NAME);
    return Files.exists(file)
        ? RosterChain.parse(genesis, Files.readAllBytes(file))
        : RosterChain.of(genesis);
  }

  /** Writes it anew, if it can be written: this site has them in its store. */
  public void keep(RosterChain rosters) {
    Path file = home.resolve(NAME);
    try {
      Path whole = Files.write(file.resolveSibling(NAME + ".tmp"), rosters.toBytes());
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException full) {
      LOG.warn("{} cannot be written: {}", file, full.getMessage());
    }
  }
}

package org.concordat.certs;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Files of the offline authority: {@code <name>.key} and {@code <name>.crt}, all 0600. */
final class CaFiles {
  static final String ROOT = "root";
  private static final String JURISDICTION_PREFIX = "ca-";
  private static final String KEY = ".key";
  private static final String CERTIFICATE = ".crt";
  private static final int MAX_CERTIFICATE_BYTES = 64 << 10;

  private CaFiles() {}

  static String name(Jurisdiction jurisdiction) {
    return JURISDICTION_PREFIX + jurisdiction;
  }

  /** Durable when it returns; refuses to overwrite. */
  static CaCertificates.Issuer store(Path directory, String name, CaCertificates.Issuer issuer) {
    SecretFiles.writeKey(directory.resolve(name + KEY), issuer.key().getEncoded());
    SecretFiles.write(
        directory.resolve(name + CERTIFICATE), Certificates.pem(List.of(issuer.certificate())));
    return issuer;
  }

  static CaCertificates.Issuer load(Path directory, String name) {
    Path keyFile = directory.resolve(name + KEY);
    Path certificateFile = directory.resolve(name + CERTIFICATE);
    byte[] pkcs8 = SecretFiles.readKey(keyFile);
    try {
      KeyPair keys = EcKeys.pair(pkcs8);
      X509Certificate certificate =
          Certificates.parsePem(SecretFiles.read(certificateFile, MAX_CERTIFICATE_BYTES)).get(0);
      if (!certificate.getPublicKey().equals(keys.getPublic())) {
        throw new KeyFileException(keyFile, "does not belong to " + certificateFile);
      }
      return new CaCertificates.Issuer(certificate, keys.getPrivate());
    } catch (IllegalArgumentException e) {
      throw new KeyFileException(keyFile, "or its certificate is damaged: " + e.getMessage());
    }
  }

  static Map<Jurisdiction, CaCertificates.Issuer> loadJurisdictions(Path directory) {
    Map<Jurisdiction, CaCertificates.Issuer> issuers = new TreeMap<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory, JURISDICTION_PREFIX + "*" + CERTIFICATE)) {
      for (Path file : files) {
        String fileName = String.valueOf(file.getFileName());
        String name = fileName.substring(0, fileName.length() - CERTIFICATE.length());
        Jurisdiction code = new Jurisdiction(name.substring(JURISDICTION_PREFIX.length()));
        issuers.put(code, load(directory, name));
      }
      return issuers;
    } catch (IOException e) {
      throw new KeyFileException(directory, "cannot list: " + e);
    }
  }
}

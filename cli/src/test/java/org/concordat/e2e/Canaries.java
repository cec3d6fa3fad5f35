package org.concordat.e2e;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Secrets that are known, and where bytes hold one of them, in any encoding that occurs. */
final class Canaries {
  private static final int KEY_BYTES = 32;
  private static final int NOTE_PARTS = 5;
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  /** Name and the forms in which it may stand somewhere; as Latin-1, which is byte for byte. */
  private final Map<String, List<String>> forms = new LinkedHashMap<>();

  /** A password, a token. */
  void text(String name, String secret) {
    bytes(name, secret.getBytes(StandardCharsets.UTF_8));
  }

  /** A private key's own number, whatever stands around it in its file. */
  void key(Path file) throws IOException, GeneralSecurityException {
    if (Files.size(file) == KEY_BYTES) {
      bytes(file.toString(), Files.readAllBytes(file));
      return;
    }
    String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
    if (text.matches("[0-9a-f]{64}")) { // of sealed models
      bytes(file.toString(), HexFormat.of().parseHex(text));
    } else if (text.startsWith(BEGIN)) {
      byte[] pkcs8 =
          Base64.getMimeDecoder()
              .decode(text.substring(BEGIN.length(), text.length() - END.length()));
      bytes(file.toString(), number(pkcs8));
    } else { // a note's key: PRIVATE+KEY+NAME+HASH+BASE64
      byte[] note = Base64.getDecoder().decode(text.split("\\+", NOTE_PARTS)[NOTE_PARTS - 1]);
      bytes(file.toString(), Arrays.copyOfRange(note, note.length - KEY_BYTES, note.length));
    }
  }

  private static byte[] number(byte[] pkcs8) throws GeneralSecurityException {
    if (pkcs8.length == KEY_BYTES + 16) { // Ed25519 (RFC 8410 section 7)
      return Arrays.copyOfRange(pkcs8, 16, pkcs8.length);
    }
    ECPrivateKey key =
        (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    byte[] signed = BigInteger.ONE.shiftLeft(8 * KEY_BYTES).add(key.getS()).toByteArray();
    return Arrays.copyOfRange(signed, signed.length - KEY_BYTES, signed.length);
  }

  private void bytes(String name, byte[] secret) {
    List<String> all = new ArrayList<>();
    all.add(new String(secret, StandardCharsets.ISO_8859_1));
    all.add(HexFormat.of().formatHex(secret));
    all.add(HexFormat.of().withUpperCase().formatHex(secret));
    for (int shift = 0; shift < 3; shift++) { // inside of something longer that is in base64
      byte[] shifted = new byte[shift + secret.length];
      System.arraycopy(secret, 0, shifted, shift, secret.length);
      int from = (8 * shift + 5) / 6;
      int until = 8 * shifted.length / 6;
      all.add(Base64.getEncoder().encodeToString(shifted).substring(from, until));
      all.add(Base64.getUrlEncoder().encodeToString(shifted).substring(from, until));
    }
    forms.put(name, all);
  }

  int size() {
    return forms.size();
  }

  /** Which of them stand in these bytes; line breaks within base64 do not hide one. */
  TreeSet<String> in(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String joined = text.replace("\n", "").replace("\r", "");
    TreeSet<String> found = new TreeSet<>();
    forms.forEach(
        (name, all) -> {
          if (all.stream().anyMatch(form -> text.contains(form) || joined.contains(form))) {
            found.add(name);
          }
        });
    return found;
  }
}

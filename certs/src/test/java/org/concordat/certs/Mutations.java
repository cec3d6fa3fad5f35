package org.concordat.certs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;

/** Tampering with canonical documents: single fields, and random bytes. */
final class Mutations {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Mutations() {}

  static ObjectNode tree(byte[] canonical) throws Exception {
    return (ObjectNode) JSON.readTree(canonical);
  }

  /** JSON pointers of every value that is no object and no array. */
  static List<String> leaves(JsonNode node) {
    List<String> pointers = new ArrayList<>();
    collect("", node, pointers);
    return pointers;
  }

  private static void collect(String at, JsonNode node, List<String> into) {
    if (node instanceof ObjectNode object) {
      object.properties().forEach(e -> collect(at + "/" + escape(e.getKey()), e.getValue(), into));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        collect(at + "/" + i, array.get(i), into);
      }
    } else {
      into.add(at);
    }
  }

  private static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /** The document with one character of one value changed to another of its alphabet. */
  static byte[] flip(byte[] canonical, String pointer) throws Exception {
    ObjectNode tree = tree(canonical);
    JsonNode value = tree.at(pointer);
    JsonNode flipped =
        value.isTextual()
            ? JSON.getNodeFactory().textNode(flipMiddle(value.textValue()))
            : JSON.getNodeFactory().numberNode(value.intValue() + 1);
    return CanonicalJson.bytes(replace(tree, pointer, flipped));
  }

  private static ObjectNode replace(ObjectNode tree, String pointer, JsonNode value) {
    int cut = pointer.lastIndexOf('/');
    JsonNode parent = tree.at(pointer.substring(0, cut));
    String name = pointer.substring(cut + 1);
    if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(name), value);
    } else {
      ((ObjectNode) parent).set(name, value);
    }
    return tree;
  }

  private static String flipMiddle(String text) {
    char[] chars = text.toCharArray();
    int at = chars.length / 2;
    chars[at] =
        Character.isDigit(chars[at])
            ? (char) ('0' + (chars[at] - '0' + 1) % 10)
            : chars[at] == 'a'
                ? 'b'
                : Character.isUpperCase(chars[at]) ? (chars[at] == 'A' ? 'B' : 'A') : 'a';
    return new String(chars);
  }

  /** One to four random edits: bytes changed, removed, repeated, or the end cut off. */
  static byte[] random(byte[] original, RandomGenerator random) {
    byte[] bytes = original.clone();
    int edits = random.nextInt(1, 5);
    for (int i = 0; i < edits && bytes.length > 2; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes = Arrays.copyOf(bytes, at);
        case 2 -> bytes = splice(bytes, at, Math.min(bytes.length, at + random.nextInt(1, 40)), 0);
        default -> bytes = splice(bytes, at, at, random.nextInt(1, 40));
      }
    }
    return bytes;
  }

  /** One value changed at random, the document canonical again: gets past the outer format. */
  static byte[] randomValue(byte[] canonical, RandomGenerator random) throws Exception {
    ObjectNode tree = tree(canonical);
    List<String> pointers = leaves(tree);
    String pointer = pointers.get(random.nextInt(pointers.size()));
    JsonNode value = tree.at(pointer);
    JsonNode changed =
        value.isTextual()
            ? JSON.getNodeFactory().textNode(randomText(value.textValue(), random))
            : JSON.getNodeFactory().numberNode(random.nextInt());
    return CanonicalJson.bytes(replace(tree, pointer, changed));
  }

  private static String randomText(String text, RandomGenerator random) {
    byte[] bytes;
    try {
      // Damage below the base64, so that it reaches the parsers of keys and certificates.
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new String(random(text.getBytes(UTF_8), random), UTF_8);
    }
    return Base64.getEncoder().encodeToString(random(bytes, random));
  }

  private static byte[] splice(byte[] bytes, int from, int until, int repeat) {
    int repeated = Math.min(repeat, bytes.length - from);
    byte[] result = new byte[bytes.length - (until - from) + repeated];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(bytes, from, result, from, repeated);
    System.arraycopy(bytes, until, result, from + repeated, bytes.length - until);
    return result;
  }
}

package org.concordat.secureagg;

import java.util.List;
import java.util.regex.Pattern;
import org.concordat.secureagg.codec.MalformedMessageException;

/**
 * The one shape of alliance, participant and job ids: 1 to 128 of {@code A-Z a-z 0-9 . _ : / -}, no
 * separator first.
 */
public final class Ids {
  /** Bytes of the longest id. */
  public static final int MAX_BYTES = 128;

  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}");

  private Ids() {}

  /**
   * Returns the id if it is well formed.
   *
   * @throws MalformedMessageException naming what kind of id it should have been
   */
  public static String check(String kind, String id) {
    MalformedMessageException.check(
        SHAPE.matcher(id).matches(),
        "\"%s\" is no %s id (1 to 128 of A-Z a-z 0-9 . _ : / -)",
        id,
        kind);
    return id;
  }

  /** Members' ids: each valid, sorted, distinct, and none of them the coordinator's. */
  static void checkMembers(List<String> members, String coordinator) {
    for (int i = 0; i < members.size(); i++) {
      check("member", members.get(i));
      MalformedMessageException.check(
          i == 0 || members.get(i - 1).compareTo(members.get(i)) < 0,
          "members are not sorted and distinct at \"%s\"",
          members.get(i));
    }
    MalformedMessageException.check(
        !members.contains(coordinator), "the coordinator \"%s\" cannot be a member", coordinator);
  }
}

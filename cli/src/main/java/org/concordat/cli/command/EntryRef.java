package org.concordat.cli.command;

import org.concordat.auditlog.LogFolder;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;

/**
 * Which entry is meant: an index where it is a whole number, and an id else.
 *
 * @param text as given
 */
record EntryRef(String text) {
  private static final String INDEX = "0|[1-9][0-9]{0,17}";

  boolean isIndex() {
    return text.matches(INDEX);
  }

  /** The index, where it is one. */
  long index() {
    return Long.parseLong(text);
  }

  /**
   * The entry's index in a folder.
   *
   * @throws Failure if there is no such entry
   */
  long in(LogFolder folder) {
    if (!isIndex()) {
      return folder.find(text).orElseThrow(() -> absent(folder.head().size()));
    }
    if (index() >= folder.head().size()) {
      throw absent(folder.head().size());
    }
    return index();
  }

  private Failure absent(long size) {
    return absent("the log has " + size + " entries, counted from 0");
  }

  /**
   * @param why in plain words, what was looked through
   */
  Failure absent(String why) {
    return new Failure(
        ExitCode.NOT_FOUND,
        "there is no entry '" + text + "': " + why,
        "'concordat audit query' shows indexes; its JSON (--output json) has the ids too");
  }
}

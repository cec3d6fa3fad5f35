package org.concordat.jurisdictions.page;

import java.util.ArrayList;
import java.util.List;

/** A page as plain text of at most 100 columns. */
public final class TextPage {
  private static final int COLUMNS = 100;

  private final List<String> lines = new ArrayList<>();

  private TextPage() {}

  /** The page's lines. */
  public static List<String> of(Page page) {
    TextPage text = new TextPage();
    text.lines.add(page.title());
    text.lines.add("=".repeat(Math.min(COLUMNS, page.title().length())));
    page.lead().forEach(paragraph -> text.wrap("", paragraph));
    for (Page.Section section : page.sections()) {
      text.lines.add("");
      text.lines.add(section.heading());
      text.lines.add("-".repeat(Math.min(COLUMNS, section.heading().length())));
      section.blocks().forEach(text::block);
    }
    return text.lines;
  }

  private void block(Page.Block block) {
    if (block instanceof Page.Paragraph paragraph) {
      wrap("", paragraph.text());
    } else if (block instanceof Page.Entry entry) {
      lines.add("");
      wrap("", entry.name() + (entry.text().isEmpty() ? "" : ". " + entry.text()));
      entry.notes().forEach(note -> wrap("    ", note.label() + ": " + note.text()));
    }
  }

  /** Words that are longer than a line stand alone. */
  private void wrap(String indent, String text) {
    StringBuilder line = new StringBuilder(indent);
    for (String word : text.split(" ")) {
      if (line.length() > indent.length() && line.length() + 1 + word.length() > COLUMNS) {
        lines.add(line.toString());
        line = new StringBuilder(indent + (indent.isEmpty() ? "" : "  "));
        line.append(word);
      } else {
        line.append(line.length() > indent.length() ? " " : "").append(word);
      }
    }
    lines.add(line.toString());
  }
}

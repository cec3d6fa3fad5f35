package org.concordat.jurisdictions.page;

import java.util.List;

/**
 * What stands on a page, whatever it is rendered as. All text is plain.
 *
 * @param lead what a reader has to know first, one paragraph each
 */
public record Page(String title, List<String> lead, List<Section> sections) {
  /** One part, with its heading. */
  public record Section(String heading, List<Block> blocks) {}

  /** What a section is made of. */
  public sealed interface Block {}

  /** Some sentences. */
  public record Paragraph(String text) implements Block {}

  /** Something with a name, and what there is to say of it. */
  public record Entry(String name, String text, List<Note> notes) implements Block {}

  /** One labelled remark to an entry. */
  public record Note(String label, String text) {}
}

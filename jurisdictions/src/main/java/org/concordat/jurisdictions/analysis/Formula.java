package org.concordat.jurisdictions.analysis;

import java.util.List;

/** A goal over variables: reached, out of reach, or open while some of them are open. */
sealed interface Formula {
  /** What is known of a goal. */
  enum Outlook {
    OUT_OF_REACH,
    OPEN,
    REACHED
  }

  Outlook at(Assignment at);

  /** A variable to settle next; the goal must be open. */
  int next(Assignment at);

  /** The term has one of these values, bits as in {@link Term}. */
  record Is(Term term, int values) implements Formula {
    @Override
    public Outlook at(Assignment at) {
      int possible = term.possible(at);
      if ((possible & values) == 0) {
        return Outlook.OUT_OF_REACH;
      }
      return (possible & ~values) == 0 ? Outlook.REACHED : Outlook.OPEN;
    }

    @Override
    public int next(Assignment at) {
      return term.open(at);
    }
  }

  /** All are reached. */
  record All(List<Formula> parts) implements Formula {
    @Override
    public Outlook at(Assignment at) {
      Outlook least = Outlook.REACHED;
      for (Formula part : parts) {
        Outlook one = part.at(at);
        if (one == Outlook.OUT_OF_REACH) {
          return one;
        }
        least = one == Outlook.OPEN ? one : least;
      }
      return least;
    }

    @Override
    public int next(Assignment at) {
      return firstOpen(parts, at);
    }
  }

  /** One is reached. */
  record Any(List<Formula> parts) implements Formula {
    @Override
    public Outlook at(Assignment at) {
      Outlook most = Outlook.OUT_OF_REACH;
      for (Formula part : parts) {
        Outlook one = part.at(at);
        if (one == Outlook.REACHED) {
          return one;
        }
        most = one == Outlook.OPEN ? one : most;
      }
      return most;
    }

    @Override
    public int next(Assignment at) {
      return firstOpen(parts, at);
    }
  }

  private static int firstOpen(List<Formula> parts, Assignment at) {
    for (Formula part : parts) {
      if (part.at(at) == Outlook.OPEN) {
        return part.next(at);
      }
    }
    throw new IllegalStateException("an open goal has an open part");
  }
}

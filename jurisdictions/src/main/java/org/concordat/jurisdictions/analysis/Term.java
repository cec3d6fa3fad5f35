package org.concordat.jurisdictions.analysis;

import java.util.List;

/**
 * A condition over variables. With some of them open it has several possible values, kept as bits
 * by the ordinal of {@link org.concordat.jurisdictions.Ternary}: never fewer than it can have, and
 * exactly one where all are settled.
 */
sealed interface Term {
  int FALSE = 1;
  int UNKNOWN = 2;
  int TRUE = 4;

  /** Values that it may have. */
  int possible(Assignment at);

  /** A variable that is open and that its value may hang on, or -1. */
  int open(Assignment at);

  static boolean isSettled(int possible) {
    return Integer.bitCount(possible) == 1;
  }

  /** A comparison, with its value for each choice of its one or two variables. */
  record Compare(int left, int right, byte[][] cells, byte[] rows, byte[] columns, byte whole)
      implements Term {

    @Override
    public int possible(Assignment at) {
      at.count();
      int row = at.choice(left);
      int column = right < 0 ? 0 : at.choice(right);
      if (row >= 0) {
        return column >= 0 ? cells[row][column] : rows[row];
      }
      return right >= 0 && column >= 0 ? columns[column] : whole;
    }

    @Override
    public int open(Assignment at) {
      if (isSettled(possible(at))) {
        return -1;
      }
      return at.choice(left) < 0 ? left : right;
    }
  }

  /** The least of its parts. */
  record All(List<Term> parts) implements Term {
    @Override
    public int possible(Assignment at) {
      int all = TRUE;
      for (Term part : parts) {
        all = and(all, part.possible(at));
        if (all == FALSE) {
          return all;
        }
      }
      return all;
    }

    @Override
    public int open(Assignment at) {
      return firstOpen(parts, at);
    }
  }

  /** The greatest of its parts. */
  record Any(List<Term> parts) implements Term {
    @Override
    public int possible(Assignment at) {
      int none = TRUE;
      for (Term part : parts) {
        none = and(none, not(part.possible(at)));
        if (none == FALSE) {
          break;
        }
      }
      return not(none);
    }

    @Override
    public int open(Assignment at) {
      return firstOpen(parts, at);
    }
  }

  /** The opposite. */
  record Not(Term part) implements Term {
    @Override
    public int possible(Assignment at) {
      return not(part.possible(at));
    }

    @Override
    public int open(Assignment at) {
      return part.open(at);
    }
  }

  private static int firstOpen(List<Term> parts, Assignment at) {
    for (Term part : parts) {
      int open = part.open(at);
      if (open >= 0) {
        return open;
      }
    }
    return -1;
  }

  /** The lesser of each two values. */
  private static int and(int one, int other) {
    int either = one | other;
    int values = either & FALSE;
    if ((one & (UNKNOWN | TRUE)) != 0 && (other & (UNKNOWN | TRUE)) != 0) {
      values |= either & UNKNOWN;
    }
    return values | (one & other & TRUE);
  }

  private static int not(int one) {
    return (one & UNKNOWN) | ((one & TRUE) == 0 ? 0 : FALSE) | ((one & FALSE) == 0 ? 0 : TRUE);
  }
}

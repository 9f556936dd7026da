"""How sure a figure is: 90 % intervals of shares and of ratios."""

from typing import Final

from pyspark.sql import Column
from pyspark.sql import functions as F

Z: Final = 1.6448536269514722  # of the normal distribution, 5 % on either side


def wilson(count: Column, of: Column) -> tuple[Column, Column]:
    """Ends of the score interval of a share (Wilson 1927)."""
    n, square = of.cast("double"), F.lit(Z * Z)
    share = count.cast("double") / n
    middle = (share + square / (2 * n)) / (1 + square / n)
    spread = F.sqrt(share * (1 - share) / n + square / (4 * n * n)) * Z / (1 + square / n)
    return F.greatest(middle - spread, F.lit(0.0)), F.least(middle + spread, F.lit(1.0))


def delta(
    above: Column, below: Column, squares: tuple[Column, Column, Column], customers: Column
) -> tuple[Column, Column]:
    """Ends of the interval of a ratio of sums over customers by the delta method (Cochran 1977):
    `squares` are the sums over customers of above^2, above x below and below^2. Null for one
    customer.
    """
    aa, ab, bb = (square.cast("double") for square in squares)
    whole = below.cast("double")
    ratio = above.cast("double") / whole
    left = F.greatest(aa - 2 * ratio * ab + ratio * ratio * bb, F.lit(0.0))
    n = customers.cast("double")
    error = F.when(customers > 1, F.sqrt(left * n / (n - 1)) / whole)
    return ratio - error * Z, ratio + error * Z

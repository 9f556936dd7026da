"""Types of the arrays that models compute with."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
RowNumbers = NDArray[np.int32]
Flags = NDArray[np.bool_]

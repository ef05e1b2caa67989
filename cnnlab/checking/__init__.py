"""Running the public tests of the labs in processes that student code may bring down.

`runner` starts a `child` for each module, the child reports every test as `failures` describes
it, `labs` puts the results of a lab together and `report` shows them.
"""

from __future__ import annotations

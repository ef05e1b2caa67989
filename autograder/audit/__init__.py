"""Who tests the tests: the checks are run on code that is known to be right or wrong."""

"""Reference solutions, one module per lab; the stubs of `cnnlab` are generated from them."""

// A package that a layer must not import is mapped to this file, which is no module: the import does not compile (build/checks/layers.mjs).

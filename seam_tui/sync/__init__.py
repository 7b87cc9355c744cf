"""Keeps the workspace picture true: the first load and the re-reading of what was acted on."""

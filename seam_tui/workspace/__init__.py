"""The in-memory picture of one Seam workspace: records, what changed, what is wrong and how urgent it is."""

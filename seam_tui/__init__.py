"""seam-tui: finds smart-lock access codes that fail, says why, and carries out the remedy."""

__version__ = "0.1.0"

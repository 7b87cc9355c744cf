"""The only door to Seam: typed calls over the official SDK, plain text, wrapped PINs, one family of failures."""

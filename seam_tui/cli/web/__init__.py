"""The app in a browser: textual-serve behind a door with a token."""

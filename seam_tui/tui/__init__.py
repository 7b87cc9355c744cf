"""The screen: panes, dialogs, keys. Nothing below this package knows Textual."""

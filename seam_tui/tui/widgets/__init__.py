"""Widgets: they show and ask; none of them knows the client."""

"""Doing things: what can be done, what exactly would be sent, and the one place that sends it."""

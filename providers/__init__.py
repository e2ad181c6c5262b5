"""Adapters that put the vendors' LLM APIs behind one port, `court.jury.model.Model`."""

"""Adapters from vendors' LLM interfaces to the one port `court.jury.model.Model`."""

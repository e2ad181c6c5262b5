"""Asking models: the pool, panels, prompts, answers and their checks, the judge, research and costs."""

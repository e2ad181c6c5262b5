"""What the synthetic worlds are like. None was measured on real models; docs/methodology.md explains the choices."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class World:
    """How synthetic jurors err, and how often the truth changes. Shares are 0–1, times in days."""

    name: str
    error: float
    """How often a middling model is wrong about a middling statement, and stays wrong."""
    slip: float
    """How often a juror casts a ballot other than the one that it holds."""
    waves: float
    """How often something misleads the whole jury, per statement and year."""
    wave_days: float
    """How long that lasts on average."""
    sway: float
    """The share of jurors that it misleads."""
    lag: float
    """How long after a true change a model takes to notice it, on average."""
    models: int = 9
    """Models in the pool that panels are drawn from, each of a different family."""
    seats: int = 5
    difficulty: float = 2.0
    """The spread of statements: the standard deviation of the log-odds of an error."""
    skill: float = 0.5
    """The spread of models, measured the same way."""
    herding: float = 0.63
    """How often a wrong model makes the common error; otherwise it is wrong at random. At 0.63, two wrong models agree
    six times in ten."""
    silence: float = 0.03
    """How often a seat casts no ballot."""
    changing: float = 0.5
    """The share of statements whose true answer changes once."""
    optimism: float = 1.1
    """What is added to the log-odds of a stated confidence."""
    insight: float = 0.5
    """How far a stated confidence follows the log-odds of being right: 0 not at all, 1 fully."""


EASY = World("easy", error=0.03, slip=0.04, waves=0.25, wave_days=3, sway=0.5, lag=2)
USUAL = World("usual", error=0.06, slip=0.07, waves=0.5, wave_days=5, sway=0.6, lag=7)
HARSH = World("harsh", error=0.15, slip=0.10, waves=1.0, wave_days=14, sway=0.8, lag=21, herding=0.8)
FEW = replace(USUAL, name="few models", models=5)
"""All models sit on every panel, so a retrial hears no others."""

WORLDS = (USUAL, EASY, HARSH, FEW)
"""The usual one first. The others show how much the results depend on it."""

# The tasks of a contributor. `just` lists them; without `just`, copy a line and run it by hand.
# The commands of `check` are those of .ci/run, which needs Python alone. tests/test_kit.py compares the two.

# Arguments reach a recipe as they were quoted: just test -m "not slow"
set positional-arguments

_default:
    @just --list --unsorted

# Run everything that .ci/run runs, in its order
check: test coverage lint format spelling types imports

# Run the tests, or some of them: just test tests/court/counting
test *arguments:
    uv run pytest "$@"

# Measure the coverage of court/, which must be complete
coverage:
    uv run coverage run -m pytest tests/court -n 0
    uv run coverage report --fail-under=100

# Look for mistakes that a linter knows
lint:
    uv run ruff check .

# See whether the code is formatted
format:
    uv run ruff format --check .

# Look for misspellings
spelling:
    uv run codespell

# Check the types
types:
    uv run mypy

# Check which packages import which
imports:
    uv run lint-imports

# Format the code and correct what the linter can correct
fix:
    uv run ruff check --fix .
    uv run ruff format .

# Show the bot in a browser: just demo --live
demo *arguments:
    uv run court demo "$@"

# Measure one figure against its baseline: just bench hearing --rounds 1
bench name *arguments:
    uv run python benchmarks/{{ name }}.py {{ arguments }}

# The bot as an image. docs/hosting.md says how to run it; compose.yaml does what it says.

# The version of Python that the tests run on. The tag follows its security fixes: build with --pull.
FROM python:3.11-slim AS build

# The environment gets no pip of its own: the one of the base image fills it.
RUN python -m venv --without-pip /opt/court
WORKDIR /src
COPY requirements.txt ./
RUN pip --python /opt/court/bin/python install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
COPY court court
COPY providers providers
COPY storage storage
# hatchling, which builds the wheel, is one of the pinned packages.
RUN PATH="/opt/court/bin:$PATH" pip --python /opt/court/bin/python wheel \
        --no-cache-dir --no-deps --no-build-isolation --wheel-dir /dist . \
    && pip --python /opt/court/bin/python install --no-cache-dir --no-deps /dist/*.whl


FROM python:3.11-slim

RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin court \
    && install --directory --owner court --group court --mode 0700 /data
COPY --from=build /opt/court /opt/court

# DATABASE_URL has four slashes because its path is absolute. The health check asks the port of METRICS_PORT.
ENV PATH="/opt/court/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/court.sqlite3 \
    METRICS_PORT=9108

USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=2m --retries=3 CMD ["court", "health"]
ENTRYPOINT ["court"]
CMD ["run"]

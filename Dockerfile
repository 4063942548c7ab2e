# duckgres as one executable in a small image.
#
#   docker build -t duckgres .
#   docker run -p 5432:5432 -v duckgres:/data -v "$PWD/duckgres.yaml:/etc/duckgres/duckgres.yaml:ro" duckgres
#
# With workers: docker run … duckgres --mode control-plane. A worker alone: docker run -p 8816:8816
# -e DUCKGRES_DUCKDB_TOKEN=… … duckgres --mode worker --duckdb-listen :8816.
#
# The configuration must name users: the default password is accepted on loopback addresses only.

FROM node:22-bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates python3-pip && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY deno.json deno.lock ./
RUN npx -y deno@2.9.4 install --frozen
COPY . .
# DuckDB's extensions, to be built in; then the executable, unpacked once so that no user has to.
RUN npx -y deno@2.9.4 run -A tests/tools/extensions.ts \
 && npx -y deno@2.9.4 task compile --output /opt/duckgres/duckgres \
 && /opt/duckgres/duckgres --version \
 && chmod -R a+rX /opt/duckgres

FROM debian:bookworm-slim
# libatomic and libstdc++ are DuckDB's; ca-certificates for extensions that speak HTTPS; curl for the health check.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl libatomic1 libstdc++6 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin duckgres \
 && install -d -o duckgres -g duckgres /data /etc/duckgres /var/run/duckgres
COPY --from=build /opt/duckgres /opt/duckgres
ENV PATH=/opt/duckgres:$PATH DUCKGRES_HOST=0.0.0.0 DUCKGRES_DATA_DIR=/data
USER duckgres
WORKDIR /etc/duckgres
VOLUME /data
EXPOSE 5432 8080 8816 9090
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD curl --fail --silent http://127.0.0.1:8080/health || exit 1
STOPSIGNAL SIGTERM
ENTRYPOINT ["duckgres"]

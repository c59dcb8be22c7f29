# The app, and in compose.yaml its scheduler and workers, too: docs/deployment.md, "In a container".
FROM debian:12-slim AS packages
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY install.py requirements.txt ./
# Another place that has the builds of PyTorch for the CPU: --build-arg LATENT_EXPLORER_TORCH_INDEX=https://...
ARG LATENT_EXPLORER_TORCH_INDEX=https://download.pytorch.org/whl/cpu
# It takes PyTorch for the CPU by itself. What installed the rest is not needed afterwards, nor are the headers of PyTorch.
RUN python3 install.py \
 && rm -rf .venv/bin/uv .venv/bin/uvx .venv/lib/python3*/site-packages/torch/include

FROM debian:12-slim
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates openssl python3 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --home-dir /data --no-create-home explorer \
 && install -d -o explorer -g explorer /data /certificate
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY app.py LICENSE pyproject.toml ./
COPY .streamlit .streamlit
COPY checkpoints checkpoints
COPY data data
COPY explorer explorer
COPY ingest ingest
COPY lessons lessons
COPY pages pages
COPY plans plans
COPY vae vae
# The root can be read-only: all that is written goes to /data, which may be a volume, and /tmp.
ENV HOME=/data LATENT_EXPLORER_DATA=/data LATENT_EXPLORER_CACHE=/tmp/cache PYTHONDONTWRITEBYTECODE=1
USER 10001
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD [".venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD [".venv/bin/streamlit", "run", "app.py", "--server.address", "0.0.0.0", "--server.port", "8501"]

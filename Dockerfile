# syntax=docker/dockerfile:1
# Three images: `assistant` (Rasa, the model, the web chat), `actions` (the action server, a tenth of the size) and `proxy` (nginx).
#   docker build --target assistant -t qiao-assistant .
# All run as user 10001 with a read-only root; what they write goes to /run/qiao and /tmp, which may be in memory.

FROM node:22-bookworm-slim AS widget
WORKDIR /app
COPY bot/widget/package.json bot/widget/package-lock.json bot/widget/
RUN npm ci --prefix bot/widget --omit=dev --ignore-scripts --no-audit --no-fund
COPY content/taxonomy.yml content/phrases.yml content/
COPY bot/widget bot/widget
RUN node bot/widget/build.mjs

FROM python:3.10-slim-bookworm AS python
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 \
    TF_CPP_MIN_LOG_LEVEL=3 HOME=/tmp MPLCONFIGDIR=/tmp/matplotlib QIAO_VAR=/run/qiao PATH=/opt/venv/bin:$PATH
WORKDIR /app

FROM python AS packages
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
RUN pip install --no-cache-dir uv==0.9.30 && uv venv --quiet /opt/venv

FROM packages AS actions-packages
COPY requirements-actions.txt ./
RUN uv pip install --python /opt/venv/bin/python --no-deps --require-hashes -r requirements-actions.txt

FROM packages AS assistant-packages
COPY requirements.txt ./
RUN uv pip install --python /opt/venv/bin/python --no-deps --require-hashes -r requirements.txt

# Trained anew only when something changes that the model depends on. A model made elsewhere is mounted over /app/models.
FROM assistant-packages AS model
COPY config.yml domain.yml ./
COPY data data
COPY serving/__init__.py serving/settings.py serving/
COPY bot/__init__.py bot/settings.py bot/training.py bot/
COPY bot/nlu bot/nlu
RUN python -W ignore -c "from pathlib import Path; from bot.training import train; train(Path('models'))"

FROM python AS runtime
RUN groupadd --gid 10001 qiao && useradd --uid 10001 --gid qiao --no-create-home --home-dir /tmp qiao \
    && install -d -o qiao -g qiao /run/qiao
COPY deploy/docker/entrypoint.sh /usr/local/bin/entrypoint
COPY content content
COPY serving serving
COPY actions actions
ENTRYPOINT ["/usr/local/bin/entrypoint"]

FROM runtime AS actions
COPY --from=actions-packages /opt/venv /opt/venv
ENV QIAO_ACTION_HOST=0.0.0.0 QIAO_ACTION_PORT=5055
USER 10001:10001
EXPOSE 5055
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:5055/ready', timeout=4)"]
CMD ["python", "-W", "ignore", "-m", "actions"]

FROM runtime AS assistant
COPY --from=assistant-packages /opt/venv /opt/venv
COPY config.yml domain.yml endpoints.yml credentials.yml ./
COPY data data
COPY bot bot
COPY --from=widget /app/bot/widget/dist bot/widget/dist
COPY --from=model /app/models models
ENV QIAO_HOST=0.0.0.0 QIAO_PORT=5005 QIAO_CHANNELS=web QIAO_TRUSTED_PROXIES=1
USER 10001:10001
EXPOSE 5005
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:5005/ready', timeout=4)"]
CMD ["python", "-W", "ignore", "-m", "bot", "serve"]

FROM actions-packages AS proxy-configuration
COPY scripts/render_deploy.py scripts/
COPY deploy/nginx deploy/nginx
COPY bot bot
COPY serving serving
RUN python scripts/render_deploy.py /nginx.conf.template

FROM nginxinc/nginx-unprivileged:1.29-bookworm AS proxy
COPY --from=proxy-configuration /nginx.conf.template /etc/nginx/templates/nginx.conf.template
# The image's own start-up script fills the template in: it finds the name servers, and replaces these variables and no others.
ENV NGINX_ENTRYPOINT_LOCAL_RESOLVERS=1 NGINX_ENVSUBST_OUTPUT_DIR=/tmp NGINX_ENVSUBST_FILTER="^(QIAO_|NGINX_LOCAL_)" \
    QIAO_ASSISTANTS=assistant:5005 QIAO_PROXY_NETWORK=127.0.0.1
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["curl", "--fail", "--silent", "http://127.0.0.1:8080/health"]
CMD ["nginx", "-c", "/tmp/nginx.conf"]
